-- New passwords: whoever shows a secret is still nobody, so what belongs to it is found by functions of the owner and no serving role reads the
-- requests themselves. And a code on paper, from the school, for people whom no mail reaches.

-- A code on paper is made by somebody who may close the account, is good for a day, and allows five wrong tries.
alter table password_resets
    add column code_locator text,
    add column issued_by uuid references users,
    add column tries_left integer not null default 5,
    add constraint password_resets_way check ((code_locator is null) = (issued_by is null)),
    add constraint password_resets_tries check (tries_left between 0 and 5);
create unique index password_resets_locator on password_resets (code_locator) where used_at is null;

-- The application asks for mails in the name of the account's person, and nothing else.
drop policy app_reads on password_resets;
drop policy app_asks on password_resets;
drop policy app_uses on password_resets;
revoke select, insert, update on password_resets from kazumi_app;
revoke update (used_at) on password_resets from kazumi_app;
grant insert (reset_id, user_id, token_hash, auth_version) on password_resets to kazumi_app;
create policy app_asks on password_resets for insert to kazumi_app
    with check (user_id = app_user_id() and code_locator is null and issued_by is null);

-- Whose address this is, if a new password may be sent to it: confirmed, and not asked for three times within the last hour.
create function account_to_reset(address text) returns table (user_id uuid, auth_version integer)
    language sql stable security definer set search_path = ''
    as $$
        select c.user_id, c.auth_version
        from public.credentials c
        where c.email = address
          and c.email_confirmed_at is not null
          and (select count(*) from public.password_resets r
               where r.user_id = c.user_id and r.code_locator is null and r.created_at > now() - interval '1 hour') < 3
    $$;

-- The request that a token from a mail belongs to, as long as it counts.
create function open_reset(secret bytea) returns table (reset_id uuid, user_id uuid)
    language sql stable security definer set search_path = ''
    as $$
        select r.reset_id, r.user_id
        from public.password_resets r
        join public.credentials c on c.user_id = r.user_id and c.auth_version = r.auth_version
        where r.token_hash = secret
          and r.code_locator is null
          and r.used_at is null
          and now() < r.expires_at
    $$;

-- The same for a code on paper, and who made it. One statement judges and counts under the row's lock.
create function try_reset_code(locator text, secret bytea) returns table (reset_id uuid, user_id uuid, issued_by uuid)
    language sql volatile security definer set search_path = ''
    as $$
        with tried as (
            update public.password_resets r
            set tries_left = r.tries_left - case when r.token_hash = secret then 0 else 1 end
            from public.credentials c
            where r.code_locator = locator
              and r.tries_left > 0
              and r.used_at is null
              and now() < r.expires_at
              and c.user_id = r.user_id
              and c.auth_version = r.auth_version
            returning r.reset_id, r.user_id, r.issued_by, r.token_hash = secret as fits)
        select t.reset_id, t.user_id, t.issued_by from tried t where t.fits
    $$;

-- Uses a request of the transaction's person up. Of any number at once, one is told yes.
create function use_reset(reset uuid) returns boolean
    language sql volatile security definer set search_path = ''
    as $$
        with used as (
            update public.password_resets r
            set used_at = now()
            where r.reset_id = reset
              and r.user_id = public.app_user_id()
              and r.used_at is null
              and r.tries_left > 0
              and now() < r.expires_at
              and r.auth_version = (select c.auth_version from public.credentials c where c.user_id = r.user_id)
            returning 1)
        select exists (select 1 from used)
    $$;

-- Whether a code on paper is the way to a new password for this person: of a network in which the transaction's person administers something,
-- tied to no school that they do not administer, with an open account that is not their own and whose owner no mail is known to reach. Yes or
-- no, and never the address.
create function needs_reset_code(person uuid) returns boolean
    language sql stable security definer set search_path = ''
    as $$
        select exists (
            select 1 from public.credentials c join public.users u on u.user_id = c.user_id
            where c.user_id = person
              and person <> public.app_user_id()
              and c.email_confirmed_at is null
              and u.disabled_at is null
              and public.administers_in_network(u.network_id)
              and not public.has_ties_elsewhere(person))
    $$;

-- Writes a code down for such a person; the ones before end. When it ends, or null when there is no such person.
create function issue_reset_code(reset uuid, person uuid, locator text, secret bytea) returns timestamptz
    language plpgsql volatile security definer set search_path = ''
    as $$
    declare good_until timestamptz;
    begin
        if not public.needs_reset_code(person) then
            return null;
        end if;
        update public.password_resets r set expires_at = now()
        where r.user_id = person and r.code_locator is not null and r.used_at is null and now() < r.expires_at;
        insert into public.password_resets (reset_id, user_id, token_hash, auth_version, expires_at, code_locator, issued_by)
        select reset, person, secret, c.auth_version, now() + interval '1 day', locator, public.app_user_id()
        from public.credentials c where c.user_id = person
        returning expires_at into good_until;
        return good_until;
    end $$;

revoke execute on function account_to_reset(text), open_reset(bytea), try_reset_code(text, bytea), use_reset(uuid), needs_reset_code(uuid),
    issue_reset_code(uuid, uuid, text, bytea) from public;
grant execute on function account_to_reset(text), open_reset(bytea), try_reset_code(text, bytea), use_reset(uuid) to kazumi_app;
grant execute on function needs_reset_code(uuid), issue_reset_code(uuid, uuid, text, bytea) to kazumi_registrar;

-- What an invitation says may be read by those who administer the school; the stored form of its secret by nobody who serves.
revoke select on invitations from kazumi_registrar;
grant select (invitation_id, network_id, school_id, kind, name, email, function, student_id, team_function, kinship, custody, can_write,
    inviter_id, inviter_function, code_locator, tries_left, created_at, expires_at, accepted_at, accepted_by, withdrawn_at, withdrawn_by)
    on invitations to kazumi_registrar;

-- What ended long ago is forgotten: an invitation names a person who may never have come. The policies let nothing younger go.
grant select (invitation_id, accepted_at, withdrawn_at, expires_at) on invitations to kazumi_writer;
grant delete on invitations to kazumi_writer;
create policy writer_sees_ended on invitations for select to kazumi_writer
    using (coalesce(accepted_at, withdrawn_at, expires_at) < now() - interval '90 days');
create policy writer_forgets_ended on invitations for delete to kazumi_writer
    using (coalesce(accepted_at, withdrawn_at, expires_at) < now() - interval '90 days');
create index invitations_ended on invitations (coalesce(accepted_at, withdrawn_at, expires_at));
grant select (reset_id, used_at, expires_at) on password_resets to kazumi_writer;
grant delete on password_resets to kazumi_writer;
create policy writer_sees_ended on password_resets for select to kazumi_writer
    using (coalesce(used_at, expires_at) < now() - interval '30 days');
create policy writer_forgets_ended on password_resets for delete to kazumi_writer
    using (coalesce(used_at, expires_at) < now() - interval '30 days');
create index password_resets_ended on password_resets (coalesce(used_at, expires_at));

-- How long a session may be left alone before it ends; null for one that began before this was known, whose end does not move.
alter table login_sessions add column idle interval;
