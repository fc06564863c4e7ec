// Charts of the admin, drawn with the Chart.js that the admin theme brings. What to draw stands in the page as JSON:
// recommendations/admin/charts.py says in which form.
(() => {
  // Okabe & Ito's colours, which stay apart for colour-blind eyes; shapes and dashes differ too.
  const COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9"];
  const SHAPES = ["circle", "triangle", "rect", "star", "rectRot", "crossRot", "cross"];
  const DASHES = [[], [6, 4], [2, 3]];
  const NARROW = 640;
  const LONGEST_LABEL = 34;

  const themed = () => {
    const root = document.documentElement;
    const dark = root.classList.contains("dark");
    const value = (name) => getComputedStyle(root).getPropertyValue(name).trim();
    return {
      text: value(`--color-font-default-${dark ? "dark" : "light"}`) || (dark ? "#d1d5db" : "#4b5563"),
      strong: value(`--color-font-important-${dark ? "dark" : "light"}`) || (dark ? "#f3f4f6" : "#111827"),
      grid: value(`--color-base-${dark ? "800" : "200"}`) || (dark ? "#1f2937" : "#e5e7eb"),
      page: dark ? value("--color-base-900") || "#111827" : "#ffffff",
    };
  };

  const shortened = (label) => (label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1)}…` : label);

  const dataset = (spec) => (series, index) => {
    const colour = COLOURS[index % COLOURS.length];
    const shape = SHAPES[index % SHAPES.length];
    const shared = { label: shortened(series.label), borderColor: colour, backgroundColor: colour, pointStyle: shape };
    if (spec.type === "scatter") {
      const data = series.points.map(([x, y]) => ({ x, y }));
      // Crosses and stars are all outline, the others all area.
      const isOutline = ["star", "cross", "crossRot"].includes(shape);
      const drawn = isOutline ? { borderWidth: 1.5, backgroundColor: "transparent" } : { borderWidth: 0 };
      return { ...shared, ...drawn, data, number: series.number, pointRadius: 3.5, pointHoverRadius: 6 };
    }
    if (spec.type === "line") {
      const axis = series.axis === "right" ? "right" : "y";
      const dash = DASHES[index % DASHES.length];
      return { ...shared, data: series.values, yAxisID: axis, borderDash: dash, borderWidth: 2, pointRadius: 4, spanGaps: true };
    }
    return { ...shared, data: series.values, pointStyle: "rect", maxBarThickness: 36 };
  };

  // The number of each segment, at the middle of its points.
  const numbers = {
    id: "numbers",
    afterDatasetsDraw(chart) {
      const { ctx } = chart;
      const colours = themed();
      chart.data.datasets.forEach((set, index) => {
        const points = chart.getDatasetMeta(index).data;
        if (!set.number || !points.length || !chart.isDatasetVisible(index)) return;
        const middle = (axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
        const [x, y] = [middle("x"), middle("y")];
        ctx.save();
        ctx.beginPath();
        ctx.arc(x, y, 10, 0, 2 * Math.PI);
        ctx.fillStyle = colours.page;
        ctx.fill();
        ctx.lineWidth = 2;
        ctx.strokeStyle = set.borderColor;
        ctx.stroke();
        ctx.font = "600 11px Inter, sans-serif";
        ctx.textAlign = "center";
        ctx.textBaseline = "middle";
        ctx.fillStyle = colours.strong;
        ctx.fillText(set.number, x, y);
        ctx.restore();
      });
    },
  };

  const axis = (colours, title, more = {}) => ({
    title: { display: Boolean(title), text: title, color: colours.text },
    ticks: { color: colours.text },
    grid: { color: colours.grid },
    border: { color: colours.grid },
    ...more,
  });

  const scales = (spec, colours) => {
    if (spec.type === "scatter") {
      return { x: axis(colours, "First principal axis"), y: axis(colours, "Second principal axis") };
    }
    const found = { x: axis(colours, spec.x), y: axis(colours, spec.type === "line" ? spec.series[0].label : "") };
    if (spec.type === "bar") found.y.beginAtZero = true;
    const right = spec.series.find((series) => series.axis === "right");
    if (right) found.right = axis(colours, right.label, { position: "right", grid: { display: false } });
    return found;
  };

  const options = (spec, width) => {
    const colours = themed();
    const labels = { color: colours.text, usePointStyle: true, boxHeight: 8, padding: width < NARROW ? 8 : 12 };
    if (spec.type === "scatter" && width < NARROW) {
      // A phone shows the numbers; the table below says what they are.
      labels.generateLabels = (chart) =>
        Chart.defaults.plugins.legend.labels
          .generateLabels(chart)
          .map((item) => ({ ...item, text: String(chart.data.datasets[item.datasetIndex].number) }));
    }
    return {
      animation: false,
      maintainAspectRatio: false,
      plugins: { legend: { display: spec.series.length > 1, position: "bottom", labels } },
      scales: scales(spec, colours),
    };
  };

  const draw = (canvas) => {
    const spec = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
    const lines = (label) => (String(label).includes(", ") ? label.split(", ") : label);
    const data = { labels: spec.labels?.map(lines), datasets: spec.series.map(dataset(spec)) };
    Chart.defaults.font.family = "Inter, sans-serif";
    const plugins = spec.type === "scatter" ? [numbers] : [];
    const chart = new Chart(canvas, { type: spec.type, data, options: options(spec, canvas.parentElement.clientWidth), plugins });
    return () => {
      chart.options = options(spec, canvas.parentElement.clientWidth);
      chart.update();
    };
  };

  addEventListener("load", () => {
    const redraws = [...document.querySelectorAll("canvas[data-chart]")].map(draw);
    const redraw = () => redraws.forEach((again) => again());
    new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["class"] });
    document.fonts?.ready.then(redraw);
  });
})();
