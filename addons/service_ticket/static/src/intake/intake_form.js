import {FormController} from "@web/views/form/form_controller";
import {formView} from "@web/views/form/form_view";
import {registry} from "@web/core/registry";
import {useHotkey} from "@web/core/hotkeys/hotkey_hook";

/** The intake screen: Ctrl-Enter saves the call and opens the next one. */
export class IntakeFormController extends FormController {
    setup() {
        super.setup();
        const next = () => this.rootRef.el.querySelector("button[name=action_save_and_next]");
        useHotkey("control+enter", () => next().click(), {
            bypassEditableProtection: true,
            isAvailable: () => Boolean(next()),
        });
    }
}

registry.category("views").add("service_intake_form", {
    ...formView,
    Controller: IntakeFormController,
});
