/** How many mails wait in quarantine, where the desk always sees it. */

import {Component, onWillStart, onWillUnmount, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";
import {useService} from "@web/core/utils/hooks";

const REFRESH = 3 * 60 * 1000;

export class QuarantineCount extends Component {
    static template = "service_ticket.QuarantineCount";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({count: 0});
        onWillStart(async () => {
            if (await user.hasGroup("service_ticket.group_service_agent")) {
                // Not awaited: the menu does not wait for a count.
                this.refresh();
                this.timer = setInterval(() => this.refresh(), REFRESH);
            }
        });
        onWillUnmount(() => clearInterval(this.timer));
    }

    async refresh() {
        try {
            this.state.count = await this.orm.silent.searchCount("service.mail", [
                ["state", "=", "quarantine"],
            ]);
        } catch {
            this.state.count = 0; // offline, or logged out meanwhile
        }
    }

    open() {
        this.action.doAction("service_ticket.service_mail_action_quarantine", {
            clearBreadcrumbs: true,
        });
        this.refresh();
    }
}

registry
    .category("systray")
    .add("service_ticket.quarantine", {Component: QuarantineCount}, {sequence: 40});
