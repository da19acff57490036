#![allow(missing_docs, clippy::all, unused)]
use ecs_core::model::*;
use std::time::Instant;
use neurons as _; use synapses as _;
fn main(){
 let n=4000usize;
 for name in ["lif","izhikevich","hh","hh_traub"] { for integ in ["exponential_euler","euler"] { for level in Instructions::available() {
  let m=NeuronModel::named(name).unwrap();
  let k=(m.kernel_f32)(integ,*level).unwrap();
  let params:Vec<_>=m.entry.params.iter().map(|f|Column::Uniform(f.default as f32)).collect();
  let mut cols:Vec<Vec<f32>>=m.entry.state.iter().map(|f|vec![f.default as f32;n]).collect();
  let mut refr=vec![0f32;n]; let i=vec![if name=="lif"||name=="hh_traub"{300f32}else{8.0};n]; let g=vec![0.01f32;n]; let jump=vec![0f32;n];
  let mut spikes=Vec::with_capacity(n); let mut total=0;
  for conducts in [false,true]{
  let t=Instant::now(); let steps=if name.starts_with("hh"){3000}else{20000};
  for s in 0..steps { let mut st:Vec<&mut [f32]>=cols.iter_mut().map(|c|&mut c[..]).collect();
   spikes.clear();
   k(&mut Block{params:&params,state:&mut st,refractory:&mut refr,inputs:[(&i,&g),(&i,&g),(&i,&g)],conducts,jump:&jump,dt:0.1,first:0,spikes:&mut spikes}); total+=spikes.len();}
  println!("{name} {integ} {level:?} conducts {conducts}: {:.3} ns/neuron/step, rate {:.1}", t.elapsed().as_secs_f64()*1e9/(steps*n) as f64, total as f64/n as f64/(steps as f64*1e-4)); total=0;}
 }}}
 for out in ["conductance","current","nmda"] { for level in Instructions::available() {
  let o=OutputModel::named(out).unwrap(); let r=(o.kernel_f32)(*level);
  let p:Vec<f32>=o.entry.params.iter().map(|f|f.default as f32).collect();
  let syn=SynapseModel::named("exponential").unwrap(); let sys=(syn.linear)(&[5.0]).propagator::<f32>(0.1,&[0.0],None);
  let mut g=vec![0f32;n]; let v=vec![-60f32;n]; let mut cnt=vec![0u8;n]; let mut i1=vec![0f32;n]; let mut g1=vec![0f32;n];
  let t=Instant::now(); let steps=20000;
  for _ in 0..steps { let mut st=[&mut g[..]]; let mut arr=[Arriving::Count8(&mut cnt,0.6)]; let mut inp=[(&mut i1[..],&mut g1[..])];
   r(&mut Received{params:&p,system:&sys,state:&mut st,arriving:&mut arr,v:&v,inputs:&mut inp,fresh:true});}
  println!("{out} {level:?}: {:.3} ns/neuron/step", t.elapsed().as_secs_f64()*1e9/(steps*n) as f64);
 }}
}
