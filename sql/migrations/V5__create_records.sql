-- What happened, append-only. Neither role that serves requests may read, change or delete it.

create table audit_log (
    audit_id   bigint generated always as identity primary key,
    at         timestamptz not null default now(),
    actor_id   uuid,
    session_id uuid,
    action     text not null,
    outcome    text not null,
    student_id uuid,
    resource   text,
    request_id text,
    constraint audit_log_outcome check (outcome in ('allowed', 'denied', 'failed')),
    constraint audit_log_action_length check (char_length(action) between 1 and 80),
    constraint audit_log_resource_length check (char_length(resource) <= 200)
);
create index audit_log_student on audit_log (student_id, at);

-- Every read of a child's section: one row per person, document and half hour, committed before the first bytes leave.
create table access_log (
    user_id     uuid not null references users,
    document_id uuid not null references pei_documents,
    slot        timestamptz not null,
    student_id  uuid not null references students,
    first_at    timestamptz not null default now(),
    primary key (user_id, document_id, slot)
);
create index access_log_student on access_log (student_id, slot);
