'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
  const floats = text => new Float32Array(bytes(text).buffer);
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
  const commas = n => Math.round(n).toLocaleString('en-US');
  const LEFT = 140, RIGHT = 26, AXIS = 30;

  // Each neuron: the number of its spikes, then the ticks between them, seven bits a byte.
  function trains(population) {
    const source = bytes(population.trains);
    let at = 0, spikes = 0;
    const next = () => {
      let value = 0, scale = 1, byte;
      do { byte = source[at++]; value += (byte & 127) * scale; scale *= 128; } while (byte & 128);
      return value;
    };
    const first = new Uint32Array(population.rows + 1), times = [];
    for (let row = 0; row < population.rows; row++) {
      first[row] = spikes;
      let tick = 0;
      for (let left = next(); left > 0; left--) { tick += next(); times.push(tick * data.tick); spikes++; }
    }
    first[population.rows] = spikes;
    return { first, times: Float64Array.from(times) };
  }
  for (const p of data.populations) { Object.assign(p, trains(p)); p.rate = floats(p.rate); }
  for (const t of data.traces) for (const key of ['time', 'value', 'spikes']) t[key] = floats(t[key]);

  const full = [0, data.until > 0 ? data.until : 1];
  let view = full.slice();
  const plots = [];
  const redraw = () => plots.forEach(plot => plot.draw());

  function ticks(low, high, wanted) {
    const rough = (high - low) / Math.max(wanted, 1), decade = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map(s => s * decade).find(s => s >= rough * 0.999) || rough;
    const out = [];
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) out.push(+(i * step).toPrecision(10));
    return out;
  }

  // A canvas with a time axis: sharp at every pixel ratio, zoomed by dragging, back by a double click.
  function plot(id, height, paint, tell) {
    const canvas = document.getElementById(id);
    if (!canvas) return;
    const tip = canvas.parentNode.appendChild(document.createElement('div'));
    tip.className = 'tip';
    const self = { dragged: null };
    const width = () => canvas.clientWidth;
    const toTime = x => view[0] + (Math.min(Math.max(x, LEFT), width() - RIGHT) - LEFT) / (width() - LEFT - RIGHT) * (view[1] - view[0]);
    self.draw = () => {
      const ratio = window.devicePixelRatio || 1, w = width();
      canvas.style.height = height + 'px';
      canvas.width = Math.round(w * ratio);
      canvas.height = Math.round(height * ratio);
      const c = canvas.getContext('2d');
      c.scale(ratio, ratio);
      c.font = '12px system-ui, sans-serif';
      const x = t => LEFT + (t - view[0]) / (view[1] - view[0]) * (w - LEFT - RIGHT);
      c.textAlign = 'center';
      c.textBaseline = 'top';
      for (const tick of ticks(view[0], view[1], w / 120)) {
        c.fillStyle = colour('line');
        c.fillRect(x(tick), 0, 1, height - AXIS + 5);
        c.fillStyle = colour('soft');
        c.fillText(tick.toLocaleString('en-US', { maximumFractionDigits: 4 }), x(tick), height - AXIS + 9);
      }
      c.textAlign = 'left';
      c.fillText('time, ms', 0, height - AXIS + 9);
      paint(c, x, w, ratio);
      if (self.dragged) {
        c.fillStyle = colour('c0');
        c.globalAlpha = 0.15;
        c.fillRect(self.dragged[0], 0, self.dragged[1] - self.dragged[0], height - AXIS);
        c.globalAlpha = 1;
      }
    };
    const place = event => { const box = canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
    canvas.addEventListener('pointerdown', event => {
      const [x] = place(event);
      if (event.button !== 0 || x < LEFT) return;
      canvas.setPointerCapture(event.pointerId);
      self.dragged = [x, x];
    });
    canvas.addEventListener('pointermove', event => {
      const [x, y] = place(event);
      if (self.dragged) { self.dragged[1] = x; requestAnimationFrame(self.draw); }
      const text = x >= LEFT && x <= width() - RIGHT ? tell(toTime(x), y) : null;
      tip.style.display = text ? 'block' : 'none';
      if (text) { tip.textContent = text; tip.style.left = Math.min(Math.max(x, 110), width() - 110) + 'px'; tip.style.top = y + 'px'; }
    });
    canvas.addEventListener('pointerleave', () => { tip.style.display = 'none'; });
    const release = () => {
      if (!self.dragged) return;
      const [a, b] = self.dragged.map(toTime).sort((p, q) => p - q), far = Math.abs(self.dragged[1] - self.dragged[0]) > 5;
      self.dragged = null;
      if (far && b - a > data.tick * 2) view = [a, b];
      redraw();
    };
    canvas.addEventListener('pointerup', release);
    canvas.addEventListener('pointercancel', () => { self.dragged = null; self.draw(); });
    canvas.addEventListener('dblclick', () => { view = full.slice(); redraw(); });
    plots.push(self);
  }

  // The raster: a band per population, its height by the neurons shown, and the rates below.
  const rows = data.populations.reduce((sum, p) => sum + p.rows, 0), GAP = 8, STRIP = 110, BETWEEN = 26;
  const silent = data.populations.every(p => p.times.length === 0);
  const room = silent ? 60 : Math.min(560, Math.max(30, rows * 12)), many = data.populations.length;
  let top = 4;
  for (const p of data.populations) {
    p.top = top;
    p.height = Math.max(room * p.rows / Math.max(rows, 1), many > 12 ? 14 : 26);
    top += p.height + GAP;
  }
  const strip = top + BETWEEN - GAP, rasterHeight = strip + STRIP + AXIS;

  function dots(p, x, w, ratio) {
    const left = Math.round(LEFT * ratio), wide = Math.max(1, Math.round((w - RIGHT) * ratio) - left), high = Math.max(1, Math.round(p.height * ratio));
    const count = new Uint16Array(wide * high), per = high / Math.max(p.rows, 1);
    let filled = 0, sum = 0, seen = 0;
    for (let row = 0; row < p.rows; row++) for (let i = p.first[row]; i < p.first[row + 1]; i++) if (p.times[i] >= view[0] && p.times[i] <= view[1]) seen++;
    // Few spikes may be drawn taller than their neuron's share of the height, or they are lost to the eye.
    const least = seen > wide * high * 0.02 ? 1 : Math.round(2 * ratio);
    const tall = Math.max(least, Math.min(Math.round(per * 0.75), Math.round(9 * ratio)));
    const broad = seen * tall > wide * high * 0.12 ? 1 : Math.max(1, Math.round(1.5 * ratio));
    for (let row = 0; row < p.rows; row++) {
      const y = Math.min(high - tall, Math.max(0, Math.floor(high - (row + 0.5) * per - tall / 2)));
      for (let i = p.first[row]; i < p.first[row + 1]; i++) {
        const t = p.times[i];
        if (t < view[0] || t > view[1]) continue;
        const px = Math.floor((t - view[0]) / (view[1] - view[0]) * (wide - broad));
        for (let dx = 0; dx < broad; dx++) for (let dy = 0; dy < tall; dy++) {
          const at = (y + dy) * wide + px + dx;
          if (count[at]++ === 0) filled++;
          sum++;
        }
      }
    }
    // Where dots lie on each other, shade by how many, so that a dense raster keeps its structure.
    const gain = 1.7 / Math.max(1, sum / Math.max(filled, 1)) * (filled > wide * high * 0.35 ? 0.6 : 1);
    const image = new ImageData(wide, high), [r, g, b] = colour('c' + p.colour).match(/\w\w/g).map(h => parseInt(h, 16));
    for (let at = 0; at < count.length; at++) if (count[at]) {
      image.data.set([r, g, b, 255 * (1 - Math.exp(-gain * count[at]))], at * 4);
    }
    const layer = document.createElement('canvas');
    layer.width = wide;
    layer.height = high;
    layer.getContext('2d').putImageData(image, 0, 0);
    return layer;
  }

  function members(p) {
    if (p.recorded === p.size) return commas(p.size) + (p.size === 1 ? ' neuron' : ' neurons');
    return p.recorded ? commas(p.recorded) + ' of ' + commas(p.size) + ' recorded' : 'not recorded';
  }

  function label(c, text, note, y, shade) {
    c.textBaseline = 'middle';
    c.textAlign = 'left';
    c.fillStyle = shade;
    c.fillRect(0, y - 5 - (note ? 8 : 0), 3, 10 + (note ? 15 : 0));
    c.fillStyle = colour('ink');
    c.fillText(text, 9, y - (note ? 8 : 0), LEFT - 44);
    if (!note) return;
    c.fillStyle = colour('soft');
    c.fillText(note, 9, y + 8, LEFT - 44);
  }

  plot('raster', rasterHeight, (c, x, w, ratio) => {
    for (const p of data.populations) {
      c.fillStyle = colour('line');
      c.globalAlpha = 0.35;
      c.fillRect(LEFT, p.top, w - LEFT - RIGHT, p.height);
      c.globalAlpha = 1;
      c.drawImage(dots(p, x, w, ratio), LEFT, p.top, w - LEFT - RIGHT, p.height);
      label(c, p.name, p.height >= 26 ? members(p) : '', p.top + p.height / 2, colour('c' + p.colour));
    }
    let most = 0;
    for (const p of data.populations) for (const v of p.rate) most = Math.max(most, v);
    const y = v => strip + STRIP - v / (most || 1) * (STRIP - 6);
    label(c, 'rate, Hz', 'in ' + data.bin.toLocaleString('en-US') + ' ms bins', strip + STRIP / 2, colour('soft'));
    c.textAlign = 'right';
    for (const v of ticks(0, most || 1, 3)) {
      c.fillStyle = colour('line');
      c.fillRect(LEFT, y(v), w - LEFT - RIGHT, 1);
      c.fillStyle = colour('soft');
      c.fillText(v, LEFT - 6, y(v));
    }
    c.save();
    c.beginPath();
    c.rect(LEFT, strip - 2, w - LEFT - RIGHT, STRIP + 4);
    c.clip();
    c.lineWidth = 1.4;
    c.lineJoin = 'round';
    for (const p of data.populations) {
      c.strokeStyle = colour('c' + p.colour);
      c.beginPath();
      p.rate.forEach((v, i) => c.lineTo(x((i + 0.5) * data.bin), y(v)));
      c.stroke();
    }
    c.restore();
  }, (t, at) => {
    const when = t.toFixed(view[1] - view[0] < 50 ? 2 : 1) + ' ms';
    const p = data.populations.find(p => at >= p.top && at <= p.top + p.height);
    if (p && p.rows) return p.name + ', neuron ' + commas(Math.min(p.rows - 1, Math.floor((1 - (at - p.top) / p.height) * p.rows)) * data.stride) + ' · ' + when;
    if (at < strip || at > strip + STRIP) return null;
    const rate = p => (p.rate[Math.min(p.rate.length - 1, Math.floor(t / data.bin))] || 0).toFixed(1);
    return when + ' · ' + data.populations.filter(p => p.rate.length).slice(0, 4).map(p => p.name + ' ' + rate(p) + ' Hz').join(', ');
  });

  // Traces: one row each, spikes as strokes above.
  const ROW = data.traces.length > 6 ? 74 : 92, MARK = 14;
  for (const t of data.traces) {
    t.low = Infinity;
    t.high = -Infinity;
    for (const v of t.value) if (Number.isFinite(v)) { t.low = Math.min(t.low, v); t.high = Math.max(t.high, v); }
    if (!(t.high > t.low)) { t.low = (Number.isFinite(t.low) ? t.low : 0) - 1; t.high = t.low + 2; }
  }
  plot('traces', data.traces.length * ROW + AXIS, (c, x, w) => {
    data.traces.forEach((t, row) => {
      const head = row * ROW + MARK, foot = (row + 1) * ROW - 10, y = v => foot - (v - t.low) / (t.high - t.low) * (foot - head);
      const shade = colour('c' + t.population % 8);
      label(c, data.names[t.population] + ' ' + t.neuron, t.variable + (t.unit ? ', ' + t.unit : ''), (head + foot) / 2, shade);
      c.textAlign = 'right';
      c.fillStyle = colour('soft');
      for (const v of [t.low, t.high]) c.fillText(+v.toPrecision(3), LEFT - 6, y(v));
      c.save();
      c.beginPath();
      c.rect(LEFT, row * ROW, w - LEFT - RIGHT, ROW);
      c.clip();
      c.strokeStyle = shade;
      c.lineWidth = 1.2;
      c.lineJoin = 'round';
      c.beginPath();
      let open = false;
      t.time.forEach((time, i) => {
        if (!Number.isFinite(t.value[i])) { open = false; return; }
        if (open) c.lineTo(x(time), y(t.value[i])); else c.moveTo(x(time), y(t.value[i]));
        open = true;
      });
      c.stroke();
      c.fillStyle = shade;
      for (const time of t.spikes) c.fillRect(x(time) - 0.6, row * ROW + 2, 1.2, MARK - 3);
      c.restore();
    });
  }, (time, at) => {
    const t = data.traces[Math.floor(at / ROW)];
    if (!t || !t.time.length) return null;
    let low = 0, high = t.time.length - 1;
    while (high - low > 1) { const middle = (low + high) >> 1; if (t.time[middle] <= time) low = middle; else high = middle; }
    const near = time - t.time[low] < t.time[high] - time ? low : high;
    return t.variable + ' = ' + (+t.value[near].toPrecision(4)) + (t.unit ? ' ' + t.unit : '') + ' · ' + t.time[near].toFixed(1) + ' ms';
  });

  redraw();
  let waiting = 0;
  addEventListener('resize', () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(redraw); });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  addEventListener('beforeprint', () => { document.documentElement.classList.add('print'); redraw(); });
  addEventListener('afterprint', () => { document.documentElement.classList.remove('print'); redraw(); });
})();
