"""the first schema.

Revision: 0001, after .
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.db import UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "areas",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("polygon", sa.LargeBinary(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_areas")),
        sa.UniqueConstraint("kind", "name", "valid_from", name=op.f("uq_areas_kind_name_valid_from")),
    )
    with op.batch_alter_table("areas", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_areas_changed_at"), ["changed_at"], unique=False)

    op.create_table(
        "audit_seals",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_seals")),
    )
    op.create_table(
        "checklist_templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_templates")),
        sa.UniqueConstraint("slug", name=op.f("uq_checklist_templates_slug")),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "failed",
                name="jobstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", UTCDateTime(), nullable=False),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_jobs_state_jobs_not_before"), ["state", "not_before"], unique=False
        )

    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "district",
                "city",
                "police",
                "housing",
                "centre",
                "region",
                "utility",
                "association",
                "other",
                name="organisationkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("fault_line", sa.String(), nullable=True),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("external_id", name=op.f("uq_organisations_external_id")),
        sa.UniqueConstraint("name", name=op.f("uq_organisations_name")),
    )
    op.create_table(
        "place_names",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.CheckConstraint(
            "lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90", name=op.f("ck_place_names_position")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_names")),
    )
    op.create_table(
        "sites",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column(
            "phase",
            sa.Enum(
                "starting",
                "ongoing",
                "ended",
                name="phase",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("polygon", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sa.UniqueConstraint("code", name=op.f("uq_sites_code")),
        sa.UniqueConstraint("slug", name=op.f("uq_sites_slug")),
    )
    with op.batch_alter_table("sites", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sites_changed_at"), ["changed_at"], unique=False)

    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "audit_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("salt", sa.String(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("seal_number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["seal_number"], ["audit_seals.number"], name=op.f("fk_audit_events_seal_number_audit_seals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
    )
    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_events_seal_number"), ["seal_number"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_events_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "checklist_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["checklist_templates.id"],
            name=op.f("fk_checklist_versions_template_id_checklist_templates"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_versions")),
        sa.UniqueConstraint("template_id", "number", name=op.f("uq_checklist_versions_template_id_number")),
    )
    op.create_table(
        "memberships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "admin",
                "coordinator",
                "field",
                "owner",
                "analyst",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_memberships_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_memberships_site_id_sites")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_memberships_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint(
            "user_id",
            "role",
            "organisation_id",
            "site_id",
            name=op.f("uq_memberships_user_id_role_organisation_id_site_id"),
        ),
    )
    op.create_table(
        "number_series",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_number_series_site_id_sites")),
        sa.PrimaryKeyConstraint("site_id", "year", name=op.f("pk_number_series")),
    )
    op.create_table(
        "properties",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("designation", sa.String(), nullable=False),
        sa.Column("polygon", sa.LargeBinary(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("leaseholder_id", sa.Uuid(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["leaseholder_id"], ["organisations.id"], name=op.f("fk_properties_leaseholder_id_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisations.id"], name=op.f("fk_properties_owner_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_properties")),
        sa.UniqueConstraint("external_id", name=op.f("uq_properties_external_id")),
    )
    with op.batch_alter_table("properties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_properties_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_properties_designation"), ["designation"], unique=False)

    op.create_table(
        "responsibilities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("polygon", sa.LargeBinary(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_responsibilities_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responsibilities")),
        sa.UniqueConstraint("external_id", name=op.f("uq_responsibilities_external_id")),
    )
    with op.batch_alter_table("responsibilities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_responsibilities_changed_at"), ["changed_at"], unique=False)

    op.create_table(
        "sign_in_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("nonce_hash", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=True),
        sa.Column("browser_hash", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_in_links_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_links")),
    )
    op.create_table(
        "sign_in_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_in_sessions_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_sessions")),
    )
    with op.batch_alter_table("sign_in_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "site_partners",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_site_partners_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_site_partners_site_id_sites")),
        sa.PrimaryKeyConstraint("site_id", "organisation_id", name=op.f("pk_site_partners")),
    )
    op.create_table(
        "walks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("checklist_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "ongoing",
                "finished",
                name="walkstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("meeting_point", sa.String(), nullable=False),
        sa.Column("planned_at", UTCDateTime(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=True),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column(
            "light",
            sa.Enum(
                "day", "dusk", "dark", name="light", native_enum=False, create_constraint=True, length=24
            ),
            nullable=True,
        ),
        sa.Column(
            "weather",
            sa.Enum(
                "clear",
                "cloudy",
                "rain",
                "snow",
                "fog",
                name="weather",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column(
            "ground",
            sa.Enum(
                "bare",
                "wet",
                "snow",
                "ice",
                name="ground",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("route", sa.LargeBinary(), nullable=True),
        sa.Column("route_m", sa.Double(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["checklist_id"], ["checklist_versions.id"], name=op.f("fk_walks_checklist_id_checklist_versions")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_walks_site_id_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walks")),
    )
    with op.batch_alter_table("walks", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_walks_site_id_walks_planned_at"), ["site_id", "planned_at"], unique=False
        )

    op.create_table(
        "findings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("walk_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("quadkey", sa.BigInteger(), nullable=True),
        sa.Column("place_words", sa.String(), nullable=False),
        sa.Column("asset_number", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("size", sa.String(), nullable=False),
        sa.Column("positive", sa.Boolean(), nullable=False),
        sa.Column("hate", sa.Boolean(), nullable=False),
        sa.Column(
            "severity",
            sa.Enum(
                "acute",
                "high",
                "medium",
                "low",
                name="severity",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("unsafe_day", sa.Integer(), nullable=True),
        sa.Column("unsafe_evening", sa.Integer(), nullable=True),
        sa.Column(
            "remedy_type",
            sa.Enum(
                "operation",
                "planned",
                "investment",
                name="remedytype",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("proposal", sa.String(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "public",
                "internal",
                "protected",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("fault_number", sa.String(), nullable=False),
        sa.Column("work_order", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "new",
                "triaged",
                "sent",
                "acknowledged",
                "planned",
                "in_progress",
                "reported_fixed",
                "verified",
                "closed",
                "not_ours",
                "declined_proposed",
                "needs_investment",
                "on_hold",
                "duplicate",
                "wont_fix",
                "reopened",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("responsible_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("hold_until", sa.Date(), nullable=True),
        sa.Column("reported_fixed_at", UTCDateTime(), nullable=True),
        sa.Column("fixed_by", sa.Uuid(), nullable=True),
        sa.Column("verified_at", UTCDateTime(), nullable=True),
        sa.Column(
            "verified_how",
            sa.Enum(
                "on_site",
                "photo",
                "walk",
                name="verificationmethod",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("closed_reason", sa.String(), nullable=False),
        sa.Column("closed_words", sa.String(), nullable=False),
        sa.Column("duplicate_of_id", sa.Uuid(), nullable=True),
        sa.Column("reported_at", UTCDateTime(), nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("lon IS NOT NULL OR place_words <> ''", name=op.f("ck_findings_placed")),
        sa.CheckConstraint("(lon IS NULL) = (lat IS NULL)", name=op.f("ck_findings_whole_position")),
        sa.CheckConstraint(
            "lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90", name=op.f("ck_findings_position")
        ),
        sa.CheckConstraint("unsafe_day BETWEEN 1 AND 5", name=op.f("ck_findings_unsafe_day")),
        sa.CheckConstraint("unsafe_evening BETWEEN 1 AND 5", name=op.f("ck_findings_unsafe_evening")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_findings_area_id_areas")),
        sa.ForeignKeyConstraint(
            ["duplicate_of_id"], ["findings.id"], name=op.f("fk_findings_duplicate_of_id_findings")
        ),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["organisations.id"], name=op.f("fk_findings_responsible_id_organisations")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_findings_site_id_sites")),
        sa.ForeignKeyConstraint(["walk_id"], ["walks.id"], name=op.f("fk_findings_walk_id_walks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
        sa.UniqueConstraint("number", name=op.f("uq_findings_number")),
    )
    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.create_index(
            "ix_findings_by_category",
            ["category", "reported_at", "id", "status", "due_on"],
            unique=False,
        )
        batch_op.create_index(
            "ix_findings_by_due_date",
            ["due_on", "id", "status", "site_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_findings_quadkey"), ["quadkey"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_findings_reported_at_findings_id"), ["reported_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_findings_by_responsible",
            ["responsible_id", "reported_at", "id", "status", "due_on"],
            unique=False,
        )
        batch_op.create_index(
            "ix_findings_by_site",
            ["site_id", "reported_at", "id", "status", "due_on"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_findings_status_findings_reported_at_findings_id"),
            ["status", "reported_at", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_findings_walk_id"), ["walk_id"], unique=False)
        batch_op.create_index(
            "ix_findings_figures",
            ["site_id", "status", "positive", "level", "responsible_id", "due_on"],
            unique=False,
        )

    op.create_table(
        "walk_participants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("walk_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "leader",
                "recorder",
                "photographer",
                "participant",
                name="walkrole",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.CheckConstraint("people BETWEEN 1 AND 500", name=op.f("ck_walk_participants_people")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_walk_participants_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(["walk_id"], ["walks.id"], name=op.f("fk_walk_participants_walk_id_walks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk_participants")),
    )
    with op.batch_alter_table("walk_participants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_walk_participants_walk_id"), ["walk_id"], unique=False)

    op.create_table(
        "walk_stops",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("walk_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.CheckConstraint(
            "lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90", name=op.f("ck_walk_stops_position")
        ),
        sa.ForeignKeyConstraint(["walk_id"], ["walks.id"], name=op.f("fk_walk_stops_walk_id_walks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk_stops")),
    )
    with op.batch_alter_table("walk_stops", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_walk_stops_walk_id"), ["walk_id"], unique=False)

    op.create_table(
        "photos",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "finding",
                "fix",
                "verification",
                name="photokind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("sizes", sa.JSON(), nullable=False),
        sa.Column("taken_at", UTCDateTime(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("received_from", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_photos_finding_id_findings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photos")),
        sa.UniqueConstraint("finding_id", "sha256", name=op.f("uq_photos_finding_id_sha256")),
    )
    op.create_table(
        "rechecks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("walk_id", sa.Uuid(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column(
            "result",
            sa.Enum(
                "fixed",
                "remains",
                "worse",
                "not_found",
                name="recheckresult",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["findings.id"], name=op.f("fk_rechecks_finding_id_findings")
        ),
        sa.ForeignKeyConstraint(["walk_id"], ["walks.id"], name=op.f("fk_rechecks_walk_id_walks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rechecks")),
    )
    with op.batch_alter_table("rechecks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rechecks_finding_id"), ["finding_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rechecks_walk_id"), ["walk_id"], unique=False)

    op.create_table(
        "status_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column(
            "before",
            sa.Enum(
                "new",
                "triaged",
                "sent",
                "acknowledged",
                "planned",
                "in_progress",
                "reported_fixed",
                "verified",
                "closed",
                "not_ours",
                "declined_proposed",
                "needs_investment",
                "on_hold",
                "duplicate",
                "wont_fix",
                "reopened",
                name="before",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column(
            "after",
            sa.Enum(
                "new",
                "triaged",
                "sent",
                "acknowledged",
                "planned",
                "in_progress",
                "reported_fixed",
                "verified",
                "closed",
                "not_ours",
                "declined_proposed",
                "needs_investment",
                "on_hold",
                "duplicate",
                "wont_fix",
                "reopened",
                name="after",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column(
            "actor_role",
            sa.Enum(
                "admin",
                "coordinator",
                "field",
                "owner",
                "analyst",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("overwritten", sa.JSON(), nullable=False),
        sa.Column("corrects", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["findings.id"], name=op.f("fk_status_changes_finding_id_findings")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_status_changes_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_changes")),
        sa.UniqueConstraint("finding_id", "number", name=op.f("uq_status_changes_finding_id_number")),
    )
    _protect_audit_trail()


def downgrade() -> None:
    op.drop_table("status_changes")
    with op.batch_alter_table("rechecks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rechecks_walk_id"))
        batch_op.drop_index(batch_op.f("ix_rechecks_finding_id"))

    op.drop_table("rechecks")
    op.drop_table("photos")
    with op.batch_alter_table("walk_stops", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_walk_stops_walk_id"))

    op.drop_table("walk_stops")
    with op.batch_alter_table("walk_participants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_walk_participants_walk_id"))

    op.drop_table("walk_participants")
    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_findings_walk_id"))
        batch_op.drop_index("ix_findings_figures")
        batch_op.drop_index(batch_op.f("ix_findings_status_findings_reported_at_findings_id"))
        batch_op.drop_index("ix_findings_by_site")
        batch_op.drop_index("ix_findings_by_responsible")
        batch_op.drop_index(batch_op.f("ix_findings_reported_at_findings_id"))
        batch_op.drop_index(batch_op.f("ix_findings_quadkey"))
        batch_op.drop_index("ix_findings_by_due_date")
        batch_op.drop_index("ix_findings_by_category")

    op.drop_table("findings")
    with op.batch_alter_table("walks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_walks_site_id_walks_planned_at"))

    op.drop_table("walks")
    op.drop_table("site_partners")
    with op.batch_alter_table("sign_in_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_sessions_user_id"))

    op.drop_table("sign_in_sessions")
    op.drop_table("sign_in_links")
    with op.batch_alter_table("responsibilities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_responsibilities_changed_at"))

    op.drop_table("responsibilities")
    with op.batch_alter_table("properties", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_properties_designation"))
        batch_op.drop_index(batch_op.f("ix_properties_changed_at"))

    op.drop_table("properties")
    op.drop_table("number_series")
    op.drop_table("memberships")
    op.drop_table("checklist_versions")
    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_events_subject_id"))
        batch_op.drop_index(batch_op.f("ix_audit_events_seal_number"))

    op.drop_table("audit_events")
    op.drop_table("users")
    with op.batch_alter_table("sites", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sites_changed_at"))

    op.drop_table("sites")
    op.drop_table("place_names")
    op.drop_table("organisations")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_jobs_state_jobs_not_before"))

    op.drop_table("jobs")
    op.drop_table("checklist_templates")
    op.drop_table("audit_seals")
    with op.batch_alter_table("areas", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_areas_changed_at"))

    op.drop_table("areas")


def _protect_audit_trail() -> None:
    """Let the database refuse to alter or delete what happened; sealing and erasing a payload remain."""
    kept = ("id", "at", "actor_id", "name", "subject_id", "digest")
    if op.get_bind().dialect.name == "sqlite":
        altered = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in kept)
        op.execute(
            f"CREATE TRIGGER audit_events_kept BEFORE UPDATE ON audit_events WHEN {altered} "
            "OR (OLD.seal_number IS NOT NULL AND OLD.seal_number IS NOT NEW.seal_number) "
            "OR (NEW.payload IS NOT NULL AND OLD.payload IS NOT NEW.payload) "
            "BEGIN SELECT RAISE(ABORT, 'audit events are kept as they are'); END"
        )
        for table in ("audit_events", "audit_seals"):
            op.execute(
                f"CREATE TRIGGER {table}_not_deleted BEFORE DELETE ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
            )
        return
    altered = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in kept)
    op.execute(
        "CREATE FUNCTION keep_audit_trail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'the audit trail is append-only'; END IF; "
        f"IF {altered} OR (OLD.seal_number IS NOT NULL AND OLD.seal_number IS DISTINCT FROM NEW.seal_number) "
        "OR (NEW.payload IS NOT NULL AND OLD.payload IS DISTINCT FROM NEW.payload) "
        "THEN RAISE EXCEPTION 'audit events are kept as they are'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_events_kept BEFORE UPDATE OR DELETE ON audit_events "
        "FOR EACH ROW EXECUTE FUNCTION keep_audit_trail()"
    )
