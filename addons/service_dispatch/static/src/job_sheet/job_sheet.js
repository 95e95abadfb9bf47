import {isAndroid, isIOS} from "@web/core/browser/feature_detection";
import {formatCurrency} from "@web/core/currency";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {Component, onWillStart, useEffect, useRef, useState} from "@odoo/owl";
import {Job, PHASES} from "./job_model";
import {DiagnoseScreen} from "./screen_diagnose";
import {EndScreen, FailScreen} from "./screens_end";
import {TestScreen} from "./screen_test";
import {WorkScreen} from "./screen_work";
import {ArriveScreen, CallScreen, SetOutScreen} from "./screens_road";

const SCREENS = {
    call: CallScreen,
    set_out: SetOutScreen,
    arrive: ArriveScreen,
    diagnose: DiagnoseScreen,
    work: WorkScreen,
    test: TestScreen,
    fail: FailScreen,
    end: EndScreen,
};

/** The job sheet on the phone: one big step per screen, one big button below. */
export class JobSheet extends Component {
    static template = "service_dispatch.JobSheet";
    static components = {};
    static props = {...standardActionServiceProps};

    setup() {
        this.action = useService("action");
        const visitId = this.props.action.context.active_id || this.props.action.params?.visit_id;
        this.job = useState(new Job(useService("orm"), visitId));
        this.state = useState({pressing: false});
        this.body = useRef("body");
        onWillStart(async () => {
            if (visitId) {
                await this.job.load();
            } else {
                this.job.error = _t("Open a visit from My Day to see its job sheet.");
            }
            this.env.config.setDisplayName(this.job.sheet?.ticket.name || _t("Job Sheet"));
        });
        useEffect(
            () => {
                this.body.el?.scrollTo(0, 0);
            },
            () => [this.job.view],
        );
    }

    // ------------------------------------------------------------------- header

    get phases() {
        return this.job.sheet.phases.map((phase, index) => ({
            ...phase,
            number: index + 1,
            done: index < this.job.phaseIndex,
            current: phase.key === this.job.view,
            reachable: index <= this.job.phaseIndex,
        }));
    }

    get title() {
        const phase = this.phases.find((item) => item.current);
        if (phase) {
            return _t("%(number)s/6 · %(label)s", phase);
        }
        return this.job.view === "fail" ? _t("Job cannot be done") : this.job.sheet.state_label;
    }

    get links() {
        const {phone, address} = this.job.sheet.customer;
        const place = encodeURIComponent(address);
        let navigate = `https://www.openstreetmap.org/search?query=${place}`;
        if (isAndroid()) {
            navigate = `geo:0,0?q=${place}`;
        } else if (isIOS()) {
            navigate = `https://maps.apple.com/?q=${place}`;
        }
        return {call: `tel:${phone.replace(/[^\d+]/g, "")}`, navigate};
    }

    get screen() {
        return SCREENS[this.job.view] || EndScreen;
    }

    back() {
        if (this.job.view === "fail") {
            this.job.look(this.job.sheet.phase);
            return;
        }
        if (this.env.config.breadcrumbs.length > 1) {
            return this.action.restore();
        }
        return this.action.doAction("service_dispatch.service_visit_my_day_action", {
            clearBreadcrumbs: true,
        });
    }

    // ---------------------------------------------------------- the next action

    /** The one big button: what it says, whether it can be pressed, what it does. */
    get next() {
        const {job} = this;
        if (job.view === "fail") {
            return {
                label: _t("End the visit"),
                icon: "fa-times",
                disabled: !job.draft.fail_reason,
                run: () =>
                    job.run("job_fail", {
                        reason_id: job.draft.fail_reason,
                        note: job.draft.fail_note,
                    }),
            };
        }
        if (job.view === "end") {
            return {label: _t("Back to my day"), icon: "fa-list", run: () => this.toMyDay()};
        }
        if (!job.sheet.editable) {
            return null;
        }
        if (job.view !== job.sheet.phase) {
            return {
                label: _t("Back to where you are"),
                icon: "fa-arrow-right",
                run: () => (job.view = job.sheet.phase),
            };
        }
        return this[`next_${job.view}`];
    }

    get next_call() {
        return {
            label: _t("Customer confirmed"),
            icon: "fa-check",
            run: () => this.job.run("job_confirm"),
        };
    }

    get next_set_out() {
        return {
            label: _t("I set out now"),
            icon: "fa-car",
            run: () => this.job.run("job_set_out"),
        };
    }

    get next_arrive() {
        return {
            label: _t("I have arrived"),
            icon: "fa-map-marker",
            run: () => this.job.run("job_arrive"),
        };
    }

    get next_diagnose() {
        const {job} = this;
        const {diagnosis, price, customer} = job.sheet;
        if (!diagnosis.cause_id || !diagnosis.done) {
            return {label: _t("Choose the cause"), icon: "fa-search", disabled: true};
        }
        if (!price.gap) {
            return {
                label: price.total ? _t("Go on to the work") : _t("Nothing to pay: go on"),
                icon: "fa-check",
                run: () => job.run("job_consent"),
            };
        }
        const signed_by = job.text("consent_name", customer.contact);
        const image = job.draft.consent_image;
        return {
            label: image
                ? _t("Customer agrees to %s", formatCurrency(price.total, price.currency_id))
                : _t("Signature needed"),
            icon: "fa-pencil",
            disabled: !image || !signed_by.trim(),
            run: async () => {
                if (await job.run("job_consent", {signature: image, signed_by})) {
                    job.keep({consent_image: "", consent_name: null});
                }
            },
        };
    }

    get next_work() {
        return {
            label: _t("Work is finished"),
            icon: "fa-check",
            run: () => this.endWork(),
        };
    }

    /** Saves what was typed, then says what is missing or goes on to the test. */
    async endWork() {
        const {job} = this;
        const {closing} = job.sheet;
        const values = {
            work_done: job.text("work_done", closing.work_done),
            remedy_id: job.draft.remedy_id ?? closing.remedy_id,
        };
        if (!(await job.run("job_set_work", values))) {
            return;
        }
        job.settle(values);
        if (job.sheet.closing.work_obstacles.length) {
            job.error = job.sheet.closing.work_obstacles.join("\n");
        } else {
            await job.run("job_set_work", {ended: true});
        }
    }

    get next_test() {
        const {job} = this;
        const outcome = job.draft.outcome || job.sheet.closing.outcome;
        return {
            label: outcome ? _t("Finish visit") : _t("Say how the job ended"),
            icon: "fa-flag-checkered",
            disabled: !outcome,
            run: () => this.finish(outcome),
        };
    }

    async finish(outcome) {
        const {job} = this;
        const {closing, customer} = job.sheet;
        if (job.draft.sign_image && !closing.signed) {
            const signed_by = job.text("sign_name", customer.contact);
            if (!(await job.run("job_sign", {signature: job.draft.sign_image, signed_by}))) {
                return;
            }
            job.keep({sign_image: "", sign_name: null});
        }
        const missing = [...job.sheet.closing.obstacles];
        if (job.sheet.payment.amount > 0 && !job.draft.pay_later) {
            missing.push(_t("Collect the money, or choose “Customer pays by invoice”."));
        }
        if (missing.length) {
            job.error = missing.join("\n");
        } else {
            await job.run("job_finish", {outcome, pay_later: job.draft.pay_later});
        }
    }

    async press() {
        this.state.pressing = true;
        try {
            await this.next.run();
        } finally {
            this.state.pressing = false;
        }
    }

    toMyDay() {
        return this.action.doAction("service_dispatch.service_visit_my_day_action", {
            clearBreadcrumbs: true,
        });
    }

    get canFail() {
        const {sheet, view} = this.job;
        return sheet.editable && sheet.phase !== "end" && PHASES.includes(view) && view !== "test";
    }
}

registry.category("actions").add("service_dispatch.job_sheet", JobSheet);
