/** A figure as bars, with what is aimed at as a line; each bar opens its records. */

import {Component, onWillStart, onWillUnmount, useEffect, useRef} from "@odoo/owl";
import {cookie} from "@web/core/browser/cookie";
import {loadBundle} from "@web/core/assets";
import {getColor, getCustomColor} from "@web/core/colors/colors";

const scheme = () => cookie.get("color_scheme");

export class FigureChart extends Component {
    static template = "service_ticket.FigureChart";
    static props = {
        label: String,
        points: Array, // {label, value, text}
        target: {type: [Number, {value: null}], optional: true},
        targetLabel: {type: String, optional: true},
        horizontal: {type: Boolean, optional: true},
        onPick: Function,
    };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(() => this.draw());
        onWillUnmount(() => this.chart?.destroy());
    }

    draw() {
        this.chart?.destroy();
        if (this.canvas.el) {
            this.chart = new Chart(this.canvas.el, this.config);
        }
    }

    get datasets() {
        const {points, label, target, targetLabel, horizontal} = this.props;
        const datasets = [
            {
                label,
                data: points.map((point) => point.value),
                backgroundColor: getColor(0, scheme(), "sm"),
                maxBarThickness: 40,
                order: 2,
            },
        ];
        if (typeof target === "number" && !horizontal) {
            datasets.push({
                type: "line",
                label: targetLabel,
                data: points.map(() => target),
                borderColor: getCustomColor(scheme(), "#111827", "#E4E4E4"),
                borderDash: [6, 4],
                borderWidth: 1.5,
                pointRadius: 0,
                order: 1,
            });
        }
        return datasets;
    }

    get config() {
        const {points, horizontal, onPick} = this.props;
        const ink = getCustomColor(scheme(), "#111827", "#E4E4E4");
        const grid = getCustomColor(scheme(), "rgba(0,0,0,.1)", "rgba(255,255,255,.15)");
        const values = {
            beginAtZero: true,
            ticks: {color: ink, maxTicksLimit: 6},
            grid: {color: grid},
        };
        const names = {ticks: {color: ink}, grid: {display: false}};
        return {
            type: "bar",
            data: {labels: points.map((point) => point.label), datasets: this.datasets},
            options: {
                animation: false,
                maintainAspectRatio: false,
                indexAxis: horizontal ? "y" : "x",
                scales: horizontal ? {x: values, y: names} : {x: names, y: values},
                plugins: {
                    legend: {display: false},
                    tooltip: {
                        callbacks: {
                            label: (item) =>
                                item.datasetIndex
                                    ? item.dataset.label
                                    : points[item.dataIndex].text,
                        },
                    },
                },
                onClick: (_event, picked) => {
                    const bar = picked.find((item) => item.datasetIndex === 0);
                    if (bar) {
                        onPick(points[bar.index]);
                    }
                },
            },
        };
    }
}
