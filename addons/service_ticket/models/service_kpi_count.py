"""Counting key figures, many at once.

The same domain gives the number and the list behind it: `_count` turns it into a filter
of one query, `_get_domain` hands it to the client.
"""

from collections import defaultdict
from itertools import pairwise

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine import kpi

_HOUR = 3600
# What belongs to whom: {model: (company, branch, category, customer, person)} as paths;
# None where that can't be said of it.
_SCOPE = {
    "service.ticket": (
        "company_id",
        "team_id",
        "product_id.categ_id",
        "partner_id",
        "user_id",
    ),
    "service.milestone": (
        "company_id",
        "team_id",
        "ticket_id.product_id.categ_id",
        "ticket_id.partner_id",
        "ticket_id.user_id",
    ),
    "service.callback": (
        "company_id",
        "team_id",
        "ticket_id.product_id.categ_id",
        "ticket_id.partner_id",
        "ticket_id.user_id",
    ),
    "res.partner": ("company_id", "service_team_id", None, "id", None),
    "stock.lot": (
        "company_id",
        "ticket_ids.team_id",
        "product_id.categ_id",
        "end_customer_id",
        None,
    ),
}
_SHARED = ("stock.lot", "res.partner")  # companies may have these in common
_TREES = ("team", "category", "partner")


class ServiceKpi(models.Model):
    _inherit = "service.kpi"

    # --- Whose -----------------------------------------------------------------------------

    @api.model
    def _get_scope_paths(self):
        """Return {model: paths to company, branch, category, customer, person}."""
        return dict(_SCOPE)

    @api.model
    def _get_scope_domain(self, model, scope):
        """Return which records of a model belong to a branch, category, customer, person.

        :param scope: {'companies': ids, 'team', 'category', 'partner', 'user': id or
            False}
        """
        company, *paths = self._get_scope_paths()[model]
        companies = list(scope["companies"])
        if model in _SHARED:
            companies.append(False)
        domain = Domain(company, "in", companies)
        names = ("team", "category", "partner", "user")
        for name, path in zip(names, paths, strict=True):
            value = scope.get(name)
            if value and not path:
                return Domain.FALSE
            if value and name == "team":
                # By ids: PostgreSQL can tell how few of a million tickets these are.
                below = self.env["service.team"]._get_ids_below(value)
                domain &= Domain(path, "in", below)
            elif value:
                domain &= Domain(path, "child_of" if name in _TREES else "=", value)
        return domain

    @api.model
    def _get_period_domain(self, count, since, until):
        if not count.date:
            return Domain.TRUE
        return Domain(count.date, ">=", since) & Domain(count.date, "<", until)

    @api.model
    def _get_domain(self, count, scope, since, until):
        """Return the domain of the records that `count` counts."""
        return (
            self._get_scope_domain(count.model, scope)
            & self._get_period_domain(count, since, until)
            & Domain(self._fix_domain(count.domain))
        )

    @api.model
    def _fix_domain(self, terms):
        """Return the terms with the present moment in place of the word ``now``."""
        now = self.env.cr.now().replace(microsecond=0)
        return [
            (name, operator, now if value == "now" else value)
            for name, operator, value in terms
        ]

    # --- Counting --------------------------------------------------------------------------

    @api.model
    def _compute_values(self, keys, scope, bounds, by=None):
        """Count figures for each stretch between two of the bounds.

        :param bounds: moments, oldest first, naive UTC
        :param by: ``team`` to count each branch for itself
        :return: {key: {(stretch, group): (value, top, base)}}; a stretch is the index
            of its first bound, None for what is only known now
        """
        figures = self._get_figures()
        asked = {key: figures[key] for key in keys if key in figures}
        wanted = defaultdict(list)
        for figure in asked.values():
            for count in filter(None, figure[:2]):
                if count not in wanted[count.model, count.date]:
                    wanted[count.model, count.date].append(count)
        found = defaultdict(dict)
        for counts in wanted.values():
            for place, values in self._count(counts, scope, bounds, by).items():
                for count, value in zip(counts, values, strict=True):
                    found[count][place] = value
        return {key: self._join(figure, found) for key, figure in asked.items()}

    @api.model
    def _join(self, figure, found):
        """Return {place: (value, top, base)} of a figure."""
        tops, bases = found[figure.top], found[figure.base or figure.top]
        result = {}
        for place in {*tops, *bases}:
            top, taken = tops.get(place) or (0, None)
            base, _taken = bases.get(place) or (0, None)
            if figure.top.measure != "count":
                value = taken
            elif figure.base:
                value = kpi.ratio(top, base, figure.factor)
            else:
                value = top
            result[place] = (value, top, base)
        return result

    @api.model
    def _count(self, counts, scope, bounds, by=None):
        """Return {(stretch, group): [(number, measure)]} in one query.

        Each stretch is a range of an index, read once for all counts.

        :param counts: Counts of one model by one date
        """
        model = self.env[counts[0].model]
        date = counts[0].date
        if by and not self._can_group(model):
            return {}
        domain = self._get_scope_domain(model._name, scope)
        if not date:  # few records are open, or in service: an index has them
            domain &= Domain.OR(Domain(self._fix_domain(c.domain)) for c in counts)
        query = model._search(domain, active_test=False)
        if date:
            moment = model._field_to_sql(model._table, date, query)
            query.add_where(
                SQL("%s >= stretch.since AND %s < stretch.until", moment, moment)
            )
            stretches = self._get_stretches_sql(bounds)
        else:
            stretches = SQL("(VALUES (NULL::int)) AS stretch (place)")
        group = self._get_group_sql(model, query) if by else None
        sums = self._get_sums_sql(counts, model, query, group)
        rows = self.env.execute_query(
            SQL(
                "SELECT stretch.place, sums.* FROM %s CROSS JOIN LATERAL (%s) AS sums",
                stretches,
                sums,
            )
        )
        return {
            (row[0], row[1]): list(zip(row[2::2], row[3::2], strict=True))
            for row in rows
        }

    @api.model
    def _get_stretches_sql(self, bounds):
        stretches = [
            SQL("(%s, %s::timestamp, %s::timestamp)", place, since, until)
            for place, (since, until) in enumerate(pairwise(bounds))
        ]
        return SQL(
            "(VALUES %s) AS stretch (place, since, until)", SQL(", ").join(stretches)
        )

    @api.model
    def _get_sums_sql(self, counts, model, query, group):
        """Return the select of the group and two columns for each count."""
        filters = [self._get_filter_sql(count, model, query) for count in counts]
        few = self._get_few_valued(counts, model)
        # The select comes last: filters and columns may join tables to the query.
        if few:
            places = SQL(", ").join(SQL(str(n + 1)) for n in range(len(few) + 1))
            inner = query.select(
                SQL("%s AS grouped", group or SQL("NULL::int")),
                *(SQL.identifier(model._table, name) for name in few),
                SQL("count(*) AS number"),
            )
            source = SQL(
                "(%s GROUP BY %s) AS %s",
                inner,
                places,
                SQL.identifier(model._table),
            )
            group = group and SQL("grouped")
            columns = [
                SQL("coalesce(sum(number) FILTER (WHERE %s), 0)::bigint, NULL", where)
                for where in filters
            ]
            select = SQL(
                "SELECT %s AS grouped, %s FROM %s",
                group or SQL("NULL::int"),
                SQL(", ").join(columns),
                source,
            )
        else:
            columns = [
                SQL(
                    "count(*) FILTER (WHERE %s), %s",
                    where,
                    self._get_measure_sql(count, where, model, query),
                )
                for count, where in zip(counts, filters, strict=True)
            ]
            select = query.select(
                SQL("%s AS grouped", group or SQL("NULL::int")), *columns
            )
        return SQL("%s GROUP BY 1", select) if group else select

    @api.model
    def _get_few_valued(self, counts, model):
        """Return the columns that decide, where they have few values and are all that
        is asked for: rows are put together first, and the filters look at those."""
        names = {
            leaf.field_expr
            for count in counts
            for leaf in Domain(self._fix_domain(count.domain)).iter_conditions()
        }
        few = all(
            name in model._fields
            and model._fields[name].store
            and model._fields[name].type in ("selection", "boolean")
            for name in names
        )
        plain = all(count.measure == "count" for count in counts)
        return sorted(names) if few and plain and names else []

    @api.model
    def _can_group(self, model):
        """Whether each record of a model belongs to one branch."""
        for name in self._get_scope_paths()[model._name][1].split("."):
            if model._fields[name].type != "many2one":
                return False
            model = self.env[model._fields[name].comodel_name]
        return True

    @api.model
    def _get_group_sql(self, model, query):
        """Return the column of the branch, at the end of its path."""
        alias = model._table
        *links, name = self._get_scope_paths()[model._name][1].split(".")
        for link in links:
            field = model._fields[link]
            model, alias = field.join(model, alias, query)
        return model._field_to_sql(alias, name, query)

    @api.model
    def _get_filter_sql(self, count, model, query):
        domain = Domain(self._fix_domain(count.domain)).optimize_full(model)
        return domain._to_sql(model, model._table, query)

    @api.model
    def _get_measure_sql(self, count, where, model, query):
        if count.measure == "count":
            return SQL("NULL")
        value = self._get_measured_sql(count, model, query)
        if count.measure == "median":
            measure = SQL("percentile_cont(0.5) WITHIN GROUP (ORDER BY %s)", value)
        else:
            measure = SQL("avg(%s)", value)
        return SQL("%s FILTER (WHERE %s)", measure, where)

    @api.model
    def _get_measured_sql(self, count, model, query):
        def column(name):
            return model._field_to_sql(model._table, name, query)

        if isinstance(count.field, str):
            return SQL("coalesce(%s, 0)::float", column(count.field))
        since, until = map(column, count.field)
        return SQL("extract(epoch FROM %s - %s)::float / %s", until, since, _HOUR)
