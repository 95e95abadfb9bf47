/** What the manager sees: figures of a period, how they moved, and what is behind. */

import {Component, onWillStart, useState} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {RecordSelector} from "@web/core/record_selectors/record_selector";
import {useSetupAction} from "@web/search/action_hook";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {FigureChart} from "./figure_chart";

const MODEL = "service.kpi";
const SIGNS = {good: _t("better"), bad: _t("worse"), same: "", none: ""};
const NOTHING = {team: false, category: false, partner: false};

export class ServiceDashboard extends Component {
    static template = "service_ticket.Dashboard";
    static components = {FigureChart, Layout, RecordSelector};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.last = new KeepLast();
        this.lastChart = new KeepLast();
        this.state = useState({
            unit: "month",
            offset: 0,
            ...NOTHING,
            chart: "received",
            bucket: "week",
            explained: false,
            ...this.props.state,
        });
        this.found = useState({data: false, chart: false, busy: false});
        useSetupAction({getLocalState: () => ({...this.state})});
        onWillStart(() => this.load());
    }

    get params() {
        const {unit, offset, team, category, partner} = this.state;
        return {unit, offset, team, category, partner};
    }

    get units() {
        return [
            ["week", _t("Week")],
            ["month", _t("Month")],
            ["quarter", _t("Quarter")],
            ["year", _t("Year")],
        ];
    }

    get picks() {
        return [
            {name: "team", model: "service.team", label: _t("Branch")},
            {name: "category", model: "product.category", label: _t("Product Category")},
            {name: "partner", model: "res.partner", label: _t("Customer")},
        ];
    }

    get isPicked() {
        return this.picks.some((pick) => this.state[pick.name]);
    }

    sign(tile) {
        return {
            word: SIGNS[tile.trend],
            arrow: tile.change > 0 ? "fa-caret-up" : "fa-caret-down",
            css: {good: "text-success", bad: "text-danger"}[tile.trend] || "text-muted",
        };
    }

    /** The list of what is behind a share is most useful for what is missing in it. */
    async load() {
        this.found.busy = true;
        try {
            const asked = this.orm.call(MODEL, "get_dashboard", [this.params]);
            this.found.data = await this.last.add(asked);
        } finally {
            this.found.busy = false;
        }
        await this.loadChart();
    }

    async loadChart() {
        const tiles = this.found.data.groups.flatMap((group) => group.tiles);
        if (!tiles.length) {
            this.found.chart = false;
            return;
        }
        if (!tiles.some((tile) => tile.key === this.state.chart)) {
            this.state.chart = tiles[0].key;
        }
        const asked = [this.params, this.state.chart, this.state.bucket];
        this.found.chart = await this.lastChart.add(
            this.orm.call(MODEL, "get_chart", asked)
        );
    }

    setUnit(unit) {
        Object.assign(this.state, {unit, offset: 0});
        this.state.bucket = ["week", "month"].includes(unit) ? "week" : "month";
        return this.load();
    }

    move(by) {
        this.state.offset = Math.min(0, this.state.offset + by);
        return this.load();
    }

    pick(name, id) {
        this.state[name] = id;
        return this.load();
    }

    unpick() {
        Object.assign(this.state, NOTHING);
        return this.load();
    }

    setBucket(bucket) {
        this.state.bucket = bucket;
        return this.loadChart();
    }

    async showChart(key) {
        this.state.chart = key;
        await this.loadChart();
        const chart = document.querySelector(".o_service_dashboard_charts");
        const calm = browser.matchMedia("(prefers-reduced-motion: reduce)").matches;
        chart?.scrollIntoView({behavior: calm ? "auto" : "smooth", block: "nearest"});
    }

    explain(key) {
        this.state.explained = this.state.explained === key ? false : key;
    }

    async openRecords(key, part, options = {}) {
        const {params = this.params, since, until} = options;
        const asked = [params, key, part, since || false, until || false];
        this.action.doAction(await this.orm.call(MODEL, "action_open_records", asked));
    }

    async openSeverity(id) {
        this.action.doAction(
            await this.orm.call(MODEL, "action_open_severity", [this.params, id])
        );
    }

    openBucket(point) {
        this.openRecords(this.found.chart.key, "base", point);
    }

    openTeam(point) {
        const params = {...this.params, team: point.id};
        this.openRecords(this.found.chart.key, "base", {params});
    }
}

registry.category("actions").add("service_ticket.dashboard", ServiceDashboard);
