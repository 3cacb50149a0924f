-- The plan and its live documents: one document per section, because a shared document shows everything it holds to
-- everybody who joins it (docs/adr/0003).

create table peis (
    pei_id      uuid primary key,
    student_id  uuid not null references students,
    school_year integer not null,
    version     integer not null default 1,
    state       text not null,
    created_at  timestamptz not null default now(),
    constraint peis_state check (state in (
        'rascunho', 'em_elaboracao', 'em_revisao', 'devolvido', 'aguardando_ciencia', 'vigente', 'em_reavaliacao',
        'encerrado')),
    constraint peis_version_unique unique (student_id, school_year, version)
);
-- At most one version is being worked on.
create unique index peis_one_working_version on peis (student_id)
    where state in ('rascunho', 'em_elaboracao', 'em_revisao', 'devolvido', 'aguardando_ciencia', 'em_reavaliacao');

create table pei_documents (
    document_id    uuid primary key,
    pei_id         uuid not null references peis,
    -- Repeated from the PEI so that policies and the writing statement need no further join.
    student_id     uuid not null references students,
    section        text not null,
    -- A new lineage starts when history is cut (erasure, restore by hand); copies of the old one are refused, never merged.
    lineage        uuid not null,
    schema_version integer not null default 1,
    -- The highest sequence given to an update; raised under row lock, holes are allowed.
    head_seq       bigint not null default 0,
    -- Raised before a load and cleared after it: two deaths while loading mark a document that kills its reader.
    load_attempts  integer not null default 0,
    updated_at     timestamptz,
    updated_by     uuid references users,
    created_at     timestamptz not null default now(),
    constraint pei_documents_section_unique unique (pei_id, section)
);
create index pei_documents_student on pei_documents (student_id);

-- The append-only log of edits, in commit order per document.
create table pei_updates (
    document_id    uuid not null references pei_documents,
    seq            bigint not null,
    author_id      uuid not null references users,
    payload        bytea not null,
    sha256         bytea not null,
    created_at     timestamptz not null default now(),
    -- Set when the row was found to break the document; load skips it.
    quarantined_at timestamptz,
    primary key (document_id, seq),
    constraint pei_updates_sha256_length check (octet_length(sha256) = 32),
    constraint pei_updates_payload_length check (octet_length(payload) between 1 and 1048576)
);
-- After a commit whose answer was lost, rows are looked up by what they hold.
create index pei_updates_sha256 on pei_updates (document_id, sha256);

-- The document as it was after `covers_seq`; the seed of a new document is its snapshot at 0.
create table pei_snapshots (
    document_id uuid primary key references pei_documents,
    covers_seq  bigint not null,
    state       bytea not null,
    sha256      bytea not null,
    created_at  timestamptz not null default now(),
    constraint pei_snapshots_sha256_length check (octet_length(sha256) = 32)
);

-- Which person a CRDT client id belongs to: first use binds it. It is what makes authorship unforgeable.
create table document_clients (
    document_id uuid not null references pei_documents,
    client_id   bigint not null,
    user_id     uuid not null references users,
    first_seen  timestamptz not null default now(),
    primary key (document_id, client_id),
    constraint document_clients_client_id_range check (client_id between 0 and 9007199254740991)
);
