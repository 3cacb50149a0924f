-- Signing in. Secrets are stored as SHA-256 only.

create table login_sessions (
    session_id   uuid primary key,
    user_id      uuid not null references users,
    created_at   timestamptz not null default now(),
    expires_at   timestamptz not null,
    revoked_at   timestamptz,
    revoked_why  text,
    constraint login_sessions_revoked_why check (revoked_why in ('logout', 'reuse', 'password', 'administrator'))
);
create index login_sessions_user on login_sessions (user_id);

-- The refresh family of a session. The successor of a token is derived from it, so a client that lost the answer and
-- asks again within seconds gets the same successor; any later reuse ends the session.
create table refresh_tokens (
    token_hash  bytea primary key,
    session_id  uuid not null references login_sessions,
    generation  integer not null,
    issued_at   timestamptz not null default now(),
    used_at     timestamptz,
    constraint refresh_tokens_generation_unique unique (session_id, generation)
);

-- One-use, 30-second tickets for clients that can only put a credential into the address. Losing them in a crash is fine.
create unlogged table ws_tickets (
    ticket_hash bytea primary key,
    user_id     uuid not null references users,
    session_id  uuid not null,
    expires_at  timestamptz not null
);
create index ws_tickets_expiry on ws_tickets (expires_at);
