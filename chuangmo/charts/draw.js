// Runs in V8 on the server, after echarts.min.js: one option in, one SVG out. Nothing of it reaches a browser.
var THIN = '\u2009';

function thin(value) {
  // 12345.5 → 12 345.5, as everywhere else in the application
  var parts = String(+value.toPrecision(10)).split('.');
  parts[0] = parts[0].replace('-', '\u2212').replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
  return parts.join('.');
}

function degrees(letter) {
  return function (value) { return value.toFixed(2) + '°' + letter; };
}

function dressed(axis) {
  if (!axis || axis.type !== 'value') return;
  axis.axisLabel = axis.axisLabel || {};
  axis.axisLabel.formatter = axis.degrees ? degrees(axis.degrees) : thin;
}

// A cell of a table: a box as large as the band, with its word in the middle.
function cellsOf(series) {
  series.renderItem = function (params, api) {
    var item = series.data[params.dataIndex];
    var at = api.coord([item.value[0], item.value[1]]);
    var size = api.size([1, 1]);
    var inset = item.itemStyle.borderWidth / 2;
    return {
      type: 'group',
      children: [
        {
          type: 'rect',
          shape: {
            x: at[0] - size[0] / 2 + inset,
            y: at[1] - size[1] / 2 + inset,
            width: size[0] - 2 * inset,
            height: size[1] - 2 * inset
          },
          style: {
            fill: item.itemStyle.color,
            stroke: item.itemStyle.borderColor,
            lineWidth: item.itemStyle.borderWidth
          }
        },
        {
          type: 'text',
          style: {
            text: item.label.formatter,
            x: at[0],
            y: at[1],
            align: 'center',
            verticalAlign: 'middle',
            fill: item.label.color,
            fontSize: item.label.fontSize,
            fontFamily: series.fontFamily
          }
        }
      ]
    };
  };
}

function draw(option, width, height) {
  [].concat(option.xAxis || [], option.yAxis || []).forEach(dressed);
  (option.series || []).forEach(function (series) {
    if (series.type === 'custom' && series.cells) {
      series.fontFamily = option.textStyle && option.textStyle.fontFamily;
      cellsOf(series);
    }
  });
  var chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: width, height: height });
  try {
    chart.setOption(option);
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
