-- Live revocation, the one mechanism: whatever takes a right away or gives one leaves a row here in its own transaction and rings a bell.
-- Every server listens, looks here every few seconds in case the bell was not heard, and asks again what is left of the rights of
-- the open sockets concerned. Rows say who may be concerned, never what they may do: that is always read from `grants`.

create table auth_changes (
    change_id  bigint generated always as identity primary key,
    at         timestamptz not null default clock_timestamp(),
    -- A reader that remembers the oldest transaction that was not over at its last look misses nothing, however the numbers above and
    -- the commits are ordered.
    xact       xid8 not null default pg_current_xact_id(),
    -- What is null means "any".
    user_id    uuid,
    session_id uuid,
    student_id uuid,
    constraint auth_changes_names_something check (num_nonnulls(user_id, session_id, student_id) > 0)
);
create index auth_changes_xact on auth_changes (xact);
create index auth_changes_at on auth_changes (at);

alter table auth_changes enable row level security;
alter table auth_changes force row level security;
create policy owner_all on auth_changes to kazumi_owner using (true) with check (true);
create policy backup_read on auth_changes for select to kazumi_backup using (true);
create policy writer_read on auth_changes for select to kazumi_writer using (true);
create policy writer_forgets_old on auth_changes for delete to kazumi_writer using (at < now() - interval '1 day');
grant select on auth_changes to kazumi_backup;
grant select, delete on auth_changes to kazumi_writer;

-- These run as the owner of the schema, because the roles that end a session or a link may not write here themselves. They read
-- nothing but the rows that changed, and name every schema.
create function note_changed_grants() returns trigger
    language plpgsql security definer set search_path = ''
    as $$
    begin
        insert into public.auth_changes (user_id, student_id) select distinct user_id, student_id from changed;
        perform pg_notify('auth_changes', '');
        return null;
    end $$;
create trigger grants_inserted after insert on grants referencing new table as changed
    for each statement execute function note_changed_grants();
create trigger grants_deleted after delete on grants referencing old table as changed
    for each statement execute function note_changed_grants();
create trigger grants_updated_from after update on grants referencing old table as changed
    for each statement execute function note_changed_grants();
create trigger grants_updated_to after update on grants referencing new table as changed
    for each statement execute function note_changed_grants();

create function note_ended_session() returns trigger
    language plpgsql security definer set search_path = ''
    as $$
    begin
        insert into public.auth_changes (user_id, session_id) values (new.user_id, new.session_id);
        perform pg_notify('auth_changes', '');
        return null;
    end $$;
create trigger login_sessions_ended after update of revoked_at on login_sessions
    for each row when (old.revoked_at is null and new.revoked_at is not null) execute function note_ended_session();

create function note_changed_account() returns trigger
    language plpgsql security definer set search_path = ''
    as $$
    begin
        insert into public.auth_changes (user_id) values (new.user_id);
        perform pg_notify('auth_changes', '');
        return null;
    end $$;
create trigger credentials_changed after update of auth_version on credentials
    for each row when (old.auth_version is distinct from new.auth_version) execute function note_changed_account();
create trigger users_disabled after update of disabled_at on users
    for each row when (old.disabled_at is distinct from new.disabled_at) execute function note_changed_account();

create function note_changed_plan() returns trigger
    language plpgsql security definer set search_path = ''
    as $$
    begin
        insert into public.auth_changes (student_id) values (new.student_id);
        perform pg_notify('auth_changes', '');
        return null;
    end $$;
create trigger peis_changed_state after update of state on peis
    for each row when (old.state is distinct from new.state) execute function note_changed_plan();

-- The one rule of when a login session counts, for requests and for sockets. Runs with the caller's rights.
create function login_session_is_live(session uuid, person uuid, credentials_version integer) returns boolean
    language sql stable
    as $$
        select exists (
            select 1
            from public.login_sessions s
            join public.credentials c on c.user_id = s.user_id
            join public.users u on u.user_id = s.user_id
            where s.session_id = session
              and s.user_id = person
              and s.revoked_at is null
              and s.expires_at > now()
              and c.auth_version = credentials_version
              and u.disabled_at is null)
    $$;
-- The rooms' role asks it for many at once; it still sees no hash of anything.
grant select (session_id, user_id, revoked_at, expires_at) on login_sessions to kazumi_writer;
grant select (user_id, auth_version) on credentials to kazumi_writer;

-- Dates that pass are found by looking for them.
create index grants_valid_from on grants (valid_from);
create index grants_valid_to on grants (valid_to) where valid_to is not null;
create index login_sessions_expiry on login_sessions (expires_at);
