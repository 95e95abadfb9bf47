import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {Checks} from "./job_parts";

const {DateTime} = luxon;

/** Who, where, when and what: the cards of the first three steps. */
export class JobCards extends Component {
    static template = "service_dispatch.JobCards";
    static props = {job: Object, full: {type: Boolean, optional: true}};

    setup() {
        this.job = useState(this.props.job);
    }
}

class RoadScreen extends Component {
    static components = {Checks, JobCards};
    static props = {job: Object, links: Object};

    setup() {
        this.job = useState(this.props.job);
        this.state = useState({notReached: false});
    }
}

export class CallScreen extends RoadScreen {
    static template = "service_dispatch.CallScreen";

    async onNotReached() {
        if (await this.job.run("job_confirm", {reached: false})) {
            this.state.notReached = true;
        }
    }

    setOutAnyway() {
        return this.job.run("job_set_out");
    }
}

export class SetOutScreen extends RoadScreen {
    static template = "service_dispatch.SetOutScreen";

    /** How much time there is, or by how much it is late, in words. */
    get lead() {
        const {start, from} = this.job.sheet;
        const minutes = Math.round(DateTime.fromISO(start).diff(DateTime.now(), "minutes").minutes);
        if (minutes < 0) {
            return _t("The appointment was at %s. Call the customer before you leave.", from);
        }
        if (minutes < 90) {
            return _t("Appointment at %(time)s, in %(minutes)s min.", {time: from, minutes});
        }
        return "";
    }
}

export class ArriveScreen extends RoadScreen {
    static template = "service_dispatch.ArriveScreen";
}
