import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {ConnectionLostError, RPCError} from "@web/core/network/rpc";

export const PHASES = ["call", "set_out", "arrive", "diagnose", "work", "test"];

const EMPTY_DRAFT = {
    diagnosis: null,
    work_done: null,
    remedy_id: null,
    consent_name: null,
    consent_image: "",
    sign_name: null,
    sign_image: "",
    refusal: "",
    refused: false,
    comment: null,
    outcome: "",
    pay_later: false,
    fail_reason: 0,
    fail_note: "",
    serials: {},
    removed: {},
};

/**
 * One visit on one phone: what the server last said (`sheet`), the step that is
 * looked at (`view`), and what was entered and not sent yet (`draft`), which is kept
 * in the browser until the server has it.
 */
export class Job {
    constructor(orm, visitId) {
        this.orm = orm;
        this.visitId = visitId;
        this.sheet = null;
        this.view = "call";
        this.busy = "";
        this.error = "";
        this.last = Promise.resolve();
        this.draft = {...EMPTY_DRAFT, serials: {}, removed: {}};
    }

    get storageKey() {
        return `service_dispatch.job_sheet.${this.visitId}`;
    }

    // ------------------------------------------------------------------- server

    async load() {
        this.restoreDraft();
        if (await this.run("get_job_sheet")) {
            this.view = this.sheet.phase;
        }
    }

    /**
     * Calls a method of the visit and takes over the job sheet it returns. An error
     * is shown in words; nothing that was entered is lost.
     *
     * @returns {Promise<boolean>} whether the server did it
     */
    run(method, kwargs = {}) {
        // one after the other: leaving a text field saves it, and the tap that left
        // the field must not get lost meanwhile
        const result = this.last.then(() => this.send(method, kwargs));
        this.last = result.catch(() => {});
        return result;
    }

    async send(method, kwargs) {
        this.busy = method;
        this.error = "";
        const before = this.sheet?.phase;
        try {
            this.sheet = await this.orm.call("service.visit", method, [[this.visitId]], kwargs);
        } catch (error) {
            this.error = this.explain(error);
            return false;
        } finally {
            this.busy = "";
        }
        if (this.sheet.phase !== before && (this.view === before || this.sheet.phase === "end")) {
            this.view = this.sheet.phase;
        }
        if (this.sheet.phase === "end") {
            this.forgetDraft();
        }
        return true;
    }

    explain(error) {
        if (error instanceof ConnectionLostError) {
            return _t(
                "No connection. What you entered is kept on this phone: tap again when you are online.",
            );
        }
        if (error instanceof RPCError) {
            return error.data?.message || error.message;
        }
        throw error;
    }

    // -------------------------------------------------------------------- draft

    restoreDraft() {
        try {
            const stored = JSON.parse(browser.localStorage.getItem(this.storageKey) || "{}");
            Object.assign(this.draft, stored);
        } catch {
            this.forgetDraft();
        }
    }

    keep(values) {
        Object.assign(this.draft, values);
        try {
            browser.localStorage.setItem(this.storageKey, JSON.stringify(this.draft));
        } catch {
            this.error = _t("This phone's memory is full: save before you leave this page.");
        }
    }

    /**
     * The server has these values by now and they need no copy, unless somebody went
     * on typing while they were on their way.
     */
    settle(sent) {
        const settled = Object.keys(sent).filter(
            (name) => this.draft[name] === null || this.draft[name] === sent[name],
        );
        this.keep(Object.fromEntries(settled.map((name) => [name, EMPTY_DRAFT[name]])));
    }

    forgetDraft() {
        this.draft = {...EMPTY_DRAFT, serials: {}, removed: {}};
        browser.localStorage.removeItem(this.storageKey);
    }

    /** What is in the field: the draft, else what the server has. */
    text(name, saved) {
        return this.draft[name] ?? saved ?? "";
    }

    // --------------------------------------------------------------- navigation

    get phaseIndex() {
        const index = PHASES.indexOf(this.sheet.phase);
        return index < 0 ? PHASES.length : index;
    }

    get viewIndex() {
        const index = PHASES.indexOf(this.view);
        return index < 0 ? PHASES.length : index;
    }

    /** Earlier steps may be looked at again; later ones come in their order. */
    look(phase) {
        if (PHASES.indexOf(phase) <= this.phaseIndex) {
            this.view = phase;
            this.error = "";
        }
    }

    get isCurrent() {
        return this.view === this.sheet.phase && this.sheet.editable;
    }

    steps(...phases) {
        return this.sheet.phases
            .filter((phase) => phases.includes(phase.key))
            .flatMap((phase) => phase.steps);
    }
}
