import {Component, onWillUnmount, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {formatDateTime} from "@web/core/l10n/dates";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const {DateTime} = luxon;
const REFRESH = 20_000; // milliseconds

/** Say in words how far away a moment is: "2 h 05 min left", "25 min late". */
export function formatTimeLeft(due, now) {
    const minutes = Math.trunc(due.diff(now, "minutes").minutes);
    const late = due < now;
    const total = Math.abs(minutes);
    const days = Math.floor(total / 1440);
    const hours = Math.floor((total % 1440) / 60);
    const rest = String(total % 60).padStart(2, "0");
    let words;
    if (days) {
        words = _t("%(days)s d %(hours)s h", {days, hours});
    } else if (hours) {
        words = _t("%(hours)s h %(minutes)s min", {hours, minutes: rest});
    } else {
        words = _t("%(minutes)s min", {minutes: total});
    }
    return late ? _t("%(time)s late", {time: words}) : _t("%(time)s left", {time: words});
}

/** Shows a promised moment as the time that is left, and keeps counting. */
export class CountdownField extends Component {
    static template = "service_ticket.CountdownField";
    static props = {...standardFieldProps};

    setup() {
        this.state = useState({now: DateTime.now()});
        const timer = setInterval(() => (this.state.now = DateTime.now()), REFRESH);
        onWillUnmount(() => clearInterval(timer));
    }

    get due() {
        return this.props.record.data[this.props.name];
    }

    get text() {
        return this.due ? formatTimeLeft(this.due, this.state.now) : "";
    }

    get tooltip() {
        return this.due ? formatDateTime(this.due) : "";
    }

    get className() {
        if (!this.due) {
            return "";
        }
        const minutes = this.due.diff(this.state.now, "minutes").minutes;
        if (minutes < 0) {
            return "text-danger fw-bold";
        }
        return minutes < 60 ? "text-warning fw-bold" : "";
    }
}

registry.category("fields").add("service_countdown", {
    component: CountdownField,
    displayName: _t("Time left"),
    supportedTypes: ["datetime"],
});
