import {Component, useState} from "@odoo/owl";
import {useService} from "@web/core/utils/hooks";

/** The job cannot be done on this visit: why, and what the engineer does now. */
export class FailScreen extends Component {
    static template = "service_dispatch.FailScreen";
    static props = {job: Object, links: Object};

    setup() {
        this.job = useState(this.props.job);
    }

    get chosen() {
        return this.job.sheet.fail_reasons.find(
            (reason) => reason.id === this.job.draft.fail_reason,
        );
    }
}

/** Done, failed or cancelled: what was recorded, and what happens next. */
export class EndScreen extends Component {
    static template = "service_dispatch.EndScreen";
    static props = {job: Object, links: Object};

    setup() {
        this.job = useState(this.props.job);
        this.action = useService("action");
    }

    async open(method) {
        const action = await this.job.orm.call("service.visit", method, [[this.job.visitId]]);
        return this.action.doAction(action);
    }
}
