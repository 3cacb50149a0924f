-- The second factor, and what a person is shown of their own devices.

-- At most one per person. The secret is sealed by the server under a key that is not in this database.
create table second_factors (
    user_id      uuid primary key references users,
    sealed       bytea not null,
    created_at   timestamptz not null default now(),
    -- Null while it is being set up: only a first code from the device makes it count.
    confirmed_at timestamptz,
    -- The 30-second step of the last code that was taken: each code is good once.
    last_step    bigint not null default 0
);

-- The way in without the device. SHA-256 of 80 random bits; each is good once.
create table recovery_codes (
    code_hash  bytea primary key,
    user_id    uuid not null references users,
    created_at timestamptz not null default now(),
    used_at    timestamptz
);
create index recovery_codes_user on recovery_codes (user_id);

do $$
declare factor_table text;
begin
    foreach factor_table in array array['second_factors', 'recovery_codes']
    loop
        execute format('alter table %I enable row level security', factor_table);
        execute format('alter table %I force row level security', factor_table);
        execute format('create policy owner_all on %I to kazumi_owner using (true) with check (true)', factor_table);
        execute format('create policy backup_read on %I for select to kazumi_backup using (true)', factor_table);
        execute format(
            'create policy own on %I to kazumi_app using (user_id = app_user_id()) with check (user_id = app_user_id())',
            factor_table);
        execute format('grant select, insert, update, delete on %I to kazumi_app', factor_table);
        execute format('grant select on %I to kazumi_backup', factor_table);
    end loop;
end $$;

alter table login_sessions
    -- What the session still owes before it counts: null for nothing.
    add column second_factor_owed text
        constraint login_sessions_second_factor_owed check (second_factor_owed in ('totp', 'enrol')),
    -- Words of closed lists, read off the browser's own name for itself; that name is not kept.
    add column browser text not null default 'other',
    add column system text not null default 'other',
    add column shared_computer boolean not null default false,
    add column last_used_at timestamptz not null default now(),
    -- `expires_at` of a session on a shared computer moves with its use, never beyond this.
    add column latest_end timestamptz;
update login_sessions set latest_end = expires_at;

-- How a login session stands: 'live', what it still owes ('totp', 'enrol'), or null when it is over. The one rule of it, for requests,
-- refreshes and sockets. Runs with the caller's rights.
create function login_session_standing(session uuid, person uuid, credentials_version integer) returns text
    language sql stable
    as $$
        select coalesce(s.second_factor_owed, 'live')
        from public.login_sessions s
        join public.credentials c on c.user_id = s.user_id
        join public.users u on u.user_id = s.user_id
        where s.session_id = session
          and s.user_id = person
          and s.revoked_at is null
          and s.expires_at > now()
          and c.auth_version = credentials_version
          and u.disabled_at is null
    $$;

create or replace function login_session_is_live(session uuid, person uuid, credentials_version integer) returns boolean
    language sql stable
    as $$ select coalesce(public.login_session_standing(session, person, credentials_version) = 'live', false) $$;

grant select (second_factor_owed) on login_sessions to kazumi_writer;

alter table login_sessions drop constraint login_sessions_revoked_why;
alter table login_sessions add constraint login_sessions_revoked_why
    check (revoked_why in ('logout', 'reuse', 'password', 'administrator', 'device'));
