#![allow(missing_docs, clippy::all, unused)]
use scenarios::*; use scenarios::assemble::*; use ecs_core::network::*;
use std::time::Instant;
#[global_allocator] static A: ecs_core::allocator::Aligned=ecs_core::allocator::Aligned;
fn main(){
 let a:Vec<String>=std::env::args().collect();
 let entries=ecs_core::registry::catalogue();
 let sets:Vec<Override>=a[3..].iter().map(|s|Override::new(s.clone())).collect();
 let sc=load(a[1].as_ref(),&entries,&sets).unwrap_or_else(|e|panic!("{e}"));
 let mut sim=assemble(&sc,None,&mut |_,_,_|()).unwrap_or_else(|e|panic!("{e}"));
 let w:u64=a[2].parse().unwrap();
 let n:usize=sc.populations.iter().map(|p|p.size).sum();
 let total=|sim:&mut Simulation|->u64{ let w=sim.app.world_mut(); w.query::<&Spikes>().iter(w).map(|s|s.total()).sum()};
 for _ in 0..1000 {sim.runner.step(sim.app.world_mut()).unwrap();}
 let mut best=f64::MAX; let mut sum=0.0; let s0=total(&mut sim); let mut steps=0;
 let t0=Instant::now();
 while t0.elapsed().as_secs_f64()<3.0 { let t=Instant::now(); for _ in 0..w {sim.runner.step(sim.app.world_mut()).unwrap();} let e=t.elapsed().as_secs_f64(); best=best.min(e); sum+=e; steps+=w; }
 let rate=(total(&mut sim)-s0) as f64/n as f64/(steps as f64*sc.run.dt*1e-3);
 println!("threads {} best {:.3} us/step ({:.4} s per bio s), mean {:.3} us/step, rate {rate:.2} Hz over {:.2} bio s", sim.threads, best/w as f64*1e6, best/w as f64*1e3/sc.run.dt, sum/steps as f64*1e6, steps as f64*sc.run.dt*1e-3);
}
