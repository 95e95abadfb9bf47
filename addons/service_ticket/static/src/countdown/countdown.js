import {Component, onWillUnmount, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {formatDateTime, toLocaleDateTimeString} from "@web/core/l10n/dates";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const {DateTime} = luxon;
const REFRESH = 20_000; // milliseconds
const SOON = 60; // minutes
const COUNTING = ["running", "overdue"];

/** Say a number of minutes in words: "25 min", "2 h 05 min", "2 d 2 h". */
export function formatMinutes(total) {
    const days = Math.floor(total / 1440);
    const hours = Math.floor((total % 1440) / 60);
    const minutes = String(total % 60).padStart(2, "0");
    if (days) {
        return _t("%(days)s d %(hours)s h", {days, hours});
    }
    if (hours) {
        return _t("%(hours)s h %(minutes)s min", {hours, minutes});
    }
    return _t("%(minutes)s min", {minutes: total});
}

/** Say in words how far away a moment is: "2 h 05 min left", "25 min late". */
export function formatTimeLeft(due, now) {
    const minutes = Math.trunc(due.diff(now, "minutes").minutes);
    const time = formatMinutes(Math.abs(minutes));
    return due < now ? _t("%(time)s late", {time}) : _t("%(time)s left", {time});
}

/** Say what a clock that stands still has left: "Paused, 1 h 20 min left". */
export function formatPaused(hoursLeft) {
    const time = formatMinutes(Math.round(hoursLeft * 60));
    return _t("Paused, %(time)s left", {time});
}

/**
 * Shows a promised moment as the time that is left, and keeps counting.
 *
 * A clock that stands still shows what is left of it, one that has ended the moment that
 * was promised. Icon and words carry the meaning; the colour only underlines it.
 */
export class CountdownField extends Component {
    static template = "service_ticket.CountdownField";
    static props = {...standardFieldProps, status: {type: String, optional: true}};

    setup() {
        this.state = useState({now: DateTime.now()});
        const timer = setInterval(() => (this.state.now = DateTime.now()), REFRESH);
        onWillUnmount(() => clearInterval(timer));
    }

    get due() {
        return this.props.record.data[this.props.name];
    }

    get status() {
        return this.props.status && this.props.record.data[this.props.status];
    }

    /** One of paused, late, soon, running, ended, or none. */
    get mood() {
        if (!this.due) {
            return this.status === "paused" ? "paused" : "none";
        }
        if (this.status && !COUNTING.includes(this.status)) {
            return "ended";
        }
        const minutes = this.due.diff(this.state.now, "minutes").minutes;
        if (minutes < 0) {
            return "late";
        }
        return minutes < SOON ? "soon" : "running";
    }

    get text() {
        switch (this.mood) {
            case "none":
                return "";
            case "paused":
                return formatPaused(this.props.record.data.remaining_hours);
            case "ended":
                return toLocaleDateTimeString(this.due);
            default:
                return formatTimeLeft(this.due, this.state.now);
        }
    }

    get tooltip() {
        return this.due ? formatDateTime(this.due) : "";
    }

    get icon() {
        return {late: "fa-exclamation-triangle", soon: "fa-clock-o", paused: "fa-pause"}[this.mood];
    }

    get className() {
        return {
            late: "text-danger fw-bold",
            soon: "text-warning-emphasis fw-bold",
            paused: "text-muted",
        }[this.mood];
    }
}

registry.category("fields").add("service_countdown", {
    component: CountdownField,
    displayName: _t("Time left"),
    supportedOptions: [
        {
            label: _t("Status of the clock"),
            name: "status",
            type: "field",
            availableTypes: ["selection"],
        },
    ],
    supportedTypes: ["datetime"],
    isEmpty: () => false,
    fieldDependencies: ({options}) =>
        options.status
            ? [
                  {name: options.status, type: "selection", readonly: true},
                  {name: "remaining_hours", type: "float", readonly: true},
              ]
            : [],
    extractProps: ({options}) => ({status: options.status}),
});
