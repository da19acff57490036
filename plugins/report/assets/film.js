'use strict';
(() => {
  const film = JSON.parse(document.getElementById('data').textContent).film;
  const canvas = document.getElementById('film'), button = document.getElementById('film-play'), clock = document.getElementById('film-time');
  if (!film || !canvas) return;
  const [left, bottom, right, top] = film.frame, moments = film.moments;
  const colour = k => getComputedStyle(document.documentElement).getPropertyValue(k ? '--c' + (k - 1) : '--ink').trim();
  const span = Math.max(moments[moments.length - 1].ms - moments[0].ms, 1);
  let playing = !matchMedia('(prefers-reduced-motion: reduce)').matches, at = 0, before = null;

  function draw() {
    const ratio = window.devicePixelRatio || 1, width = canvas.clientWidth, height = Math.min(width * (top - bottom) / (right - left), 420);
    const scale = Math.min(width / (right - left), height / (top - bottom));
    canvas.style.height = height + 'px';
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const c = canvas.getContext('2d');
    c.scale(ratio, ratio);
    c.translate((width - scale * (right - left)) / 2, (height + scale * (top - bottom)) / 2);
    c.scale(scale, -scale);
    c.translate(-left, -bottom);
    c.lineCap = c.lineJoin = 'round';
    const now = moments[0].ms + at;
    let low = 0, high = moments.length - 1;
    while (low < high) { const mid = (low + high + 1) >> 1; moments[mid].ms <= now ? low = mid : high = mid - 1; }
    for (const [form, ink, size, ...points] of moments[low].shapes) {
      c.beginPath();
      c.fillStyle = c.strokeStyle = colour(ink);
      if (form === 2) { c.arc(points[0], points[1], size, 0, 2 * Math.PI); c.fill(); continue; }
      for (let k = 0; k < points.length; k += 2) k ? c.lineTo(points[k], points[k + 1]) : c.moveTo(points[k], points[k + 1]);
      if (form === 1) { c.closePath(); c.fill(); } else { c.lineWidth = size; c.stroke(); }
    }
    clock.textContent = (moments[low].ms / 1000).toFixed(2) + ' s';
  }

  function turn(time) {
    if (playing && before !== null) at = (at + time - before) % span;
    before = time;
    draw();
    if (playing) requestAnimationFrame(turn);
  }
  button.textContent = playing ? 'pause' : 'play';
  button.addEventListener('click', () => {
    playing = !playing;
    button.textContent = playing ? 'pause' : 'play';
    before = null;
    if (playing) requestAnimationFrame(turn);
  });
  window.addEventListener('resize', draw);
  playing ? requestAnimationFrame(turn) : draw();
})();
