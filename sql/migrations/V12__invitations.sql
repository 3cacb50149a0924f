-- Nobody makes an account for themselves: an invitation fixes who somebody will be, and whoever holds its secret sets a password. Beside it
-- the requests for a new password, and the mails that still have to leave.

create table invitations (
    invitation_id    uuid primary key,
    network_id       uuid not null references networks,
    -- The school it is about: where the function is exercised, or where the student is.
    school_id        uuid not null references schools,
    kind             text not null,
    name             text not null,
    email            text,
    function         text,
    student_id       uuid references students,
    team_function    text,
    kinship          text,
    custody          text,
    can_write        boolean,
    inviter_id       uuid not null references users,
    inviter_function text not null,
    -- SHA-256 of the token in a mail, or keyed hash (HMAC) of a printed code.
    secret_hash      bytea not null,
    -- The first characters of a printed code: they find the invitation, the others are its secret.
    code_locator     text,
    tries_left       integer not null default 5,
    created_at       timestamptz not null default now(),
    expires_at       timestamptz not null default now() + interval '7 days',
    accepted_at      timestamptz,
    accepted_by      uuid references users,
    withdrawn_at     timestamptz,
    withdrawn_by     uuid references users,
    constraint invitations_secret_unique unique (secret_hash),
    constraint invitations_kind check (kind in ('staff', 'guardian')),
    constraint invitations_name_length check (char_length(name) between 1 and 200),
    constraint invitations_email check (email = lower(email) and char_length(email) between 3 and 254),
    constraint invitations_function check (function <> 'network_manager'),
    constraint invitations_tries check (tries_left between 0 and 5),
    -- By mail, or as a code on paper; never both, never neither. Only families get a code.
    constraint invitations_way check ((email is null) = (code_locator is not null) and (code_locator is null or kind = 'guardian')),
    constraint invitations_staff check (kind <> 'staff' or kinship is null and (function is not null or student_id is not null)),
    constraint invitations_link check (kind <> 'staff' or (student_id is null) = (team_function is null)),
    constraint invitations_guardian check (kind <> 'guardian' or function is null and team_function is null
        and num_nonnulls(student_id, kinship, custody, can_write) = 4),
    constraint invitations_custody check (custody in ('shared', 'sole', 'none')),
    constraint invitations_kinship_length check (char_length(kinship) between 1 and 60)
);
create index invitations_school on invitations (school_id) where accepted_at is null and withdrawn_at is null;
create unique index invitations_locator on invitations (code_locator) where accepted_at is null and withdrawn_at is null;

-- A request for a new password. It counts only as long as the credentials are the ones it was made for.
create table password_resets (
    reset_id     uuid primary key,
    user_id      uuid not null references users,
    token_hash   bytea not null,
    auth_version integer not null,
    created_at   timestamptz not null default now(),
    expires_at   timestamptz not null default now() + interval '30 minutes',
    used_at      timestamptz,
    constraint password_resets_token_unique unique (token_hash)
);
create index password_resets_user on password_resets (user_id, created_at);

-- Mails on their way out. The text may hold a secret, so a row is deleted as soon as its mail has left or is given up.
create table outbox (
    mail_id    uuid primary key,
    kind       text not null,
    recipient  text not null,
    subject    text not null,
    body       text not null,
    attempts   integer not null default 0,
    created_at timestamptz not null default now(),
    next_at    timestamptz not null default now(),
    give_up_at timestamptz not null,
    constraint outbox_kind check (kind in ('invitation', 'reset', 'password_changed')),
    constraint outbox_recipient_length check (char_length(recipient) between 3 and 254),
    constraint outbox_subject_length check (char_length(subject) between 1 and 200),
    constraint outbox_body_length check (char_length(body) between 1 and 4000)
);
create index outbox_next on outbox (next_at);

do $$
declare tenant_table text;
begin
    foreach tenant_table in array array['invitations', 'password_resets', 'outbox']
    loop
        execute format('alter table %I enable row level security', tenant_table);
        execute format('alter table %I force row level security', tenant_table);
        execute format('create policy owner_all on %I to kazumi_owner using (true) with check (true)', tenant_table);
    end loop;
end $$;
-- Open secrets and letters are of no use after a restore, but whoever reads a backup must find the table whole.
create policy backup_read on invitations for select to kazumi_backup using (true);
create policy backup_read on password_resets for select to kazumi_backup using (true);
create policy backup_read on outbox for select to kazumi_backup using (true);
grant select on invitations, password_resets, outbox to kazumi_backup;

-- Invitations belong to those who administer the school; one is always made in the own name. What becomes of it changes, what it says never.
grant select, insert on invitations to kazumi_registrar;
grant update (accepted_at, accepted_by, withdrawn_at, withdrawn_by) on invitations to kazumi_registrar;
create policy registrar_read on invitations for select to kazumi_registrar
    using (school_id in (select administered_schools(app_user_id())));
create policy registrar_invites on invitations for insert to kazumi_registrar
    with check (inviter_id = app_user_id()
        and exists (select 1 from schools s where s.school_id = invitations.school_id and s.network_id = invitations.network_id)
        and (student_id is null
            or exists (select 1 from students s where s.student_id = invitations.student_id and s.school_id = invitations.school_id)));
create policy registrar_updates on invitations for update to kazumi_registrar
    using (school_id in (select administered_schools(app_user_id())))
    with check (school_id in (select administered_schools(app_user_id())));
create policy registrar_sends on outbox for insert to kazumi_registrar with check (true);
grant insert on outbox to kazumi_registrar;

-- The address of somebody who was invited on paper is not known to be theirs until they say so from it; a new password never goes to such
-- an address.
alter table credentials add column email_confirmed_at timestamptz default now();
grant insert (user_id, email, password_hash, email_confirmed_at) on credentials to kazumi_registrar;

-- Who shows a secret is nobody yet, so these two look for it as the owner. They tell the invitation and for whom to act, and nothing more.
create function open_invitation(secret bytea) returns table (invitation_id uuid, inviter_id uuid)
    language sql stable security definer set search_path = ''
    as $$
        select i.invitation_id, i.inviter_id
        from public.invitations i
        where i.secret_hash = secret
          and i.code_locator is null
          and i.accepted_at is null
          and i.withdrawn_at is null
          and now() < i.expires_at
    $$;

-- The same for a printed code. One statement judges and counts under the row's lock, so that guesses at once are counted one by one.
create function try_invitation_code(locator text, secret bytea) returns table (invitation_id uuid, inviter_id uuid)
    language sql volatile security definer set search_path = ''
    as $$
        with tried as (
            update public.invitations i
            set tries_left = i.tries_left - case when i.secret_hash = secret then 0 else 1 end
            where i.code_locator = locator
              and i.tries_left > 0
              and i.accepted_at is null
              and i.withdrawn_at is null
              and now() < i.expires_at
            returning i.invitation_id, i.inviter_id, i.secret_hash = secret as fits)
        select t.invitation_id, t.inviter_id from tried t where t.fits
    $$;

-- A new password for the person the transaction acts for, and for nobody else; all tokens made before end. Null when there is no such account.
create function set_own_password(new_hash text) returns integer
    language sql volatile security definer set search_path = ''
    as $$
        update public.credentials
        set password_hash = new_hash, auth_version = auth_version + 1, updated_at = now()
        where user_id = public.app_user_id()
        returning auth_version
    $$;

revoke execute on function open_invitation(bytea), try_invitation_code(text, bytea), set_own_password(text) from public;
grant execute on function open_invitation(bytea), try_invitation_code(text, bytea), set_own_password(text) to kazumi_app;

-- Requests for a new password are found by their secret, before there is an identity.
grant select, insert on password_resets to kazumi_app;
grant update (used_at) on password_resets to kazumi_app;
create policy app_reads on password_resets for select to kazumi_app using (true);
create policy app_asks on password_resets for insert to kazumi_app with check (true);
create policy app_uses on password_resets for update to kazumi_app
    using (user_id = app_user_id()) with check (user_id = app_user_id());

-- Whoever serves a request may put a letter into the box; only the role of background work takes letters out.
grant insert on outbox to kazumi_app;
create policy app_sends on outbox for insert to kazumi_app with check (true);
grant select, delete on outbox to kazumi_writer;
grant update (attempts, next_at) on outbox to kazumi_writer;
create policy writer_sends on outbox to kazumi_writer using (true) with check (true);
