-- Administration on the screen: ties that two people may change at once, ties withdrawn before they began, and what the registrar must
-- be able to ask and do for it.

-- Raised by every change. Whoever changes a tie names the version they saw, so that nobody overwrites what they have not read.
alter table staff_functions add column version integer not null default 1;
alter table team_links add column version integer not null default 1;
alter table guardianships add column version integer not null default 1;
grant update (version) on staff_functions, team_links, guardianships to kazumi_registrar;

-- A tie that was withdrawn before it began holds for no time at all: it ends where it begins. It gives no grant.
alter table staff_functions drop constraint staff_functions_range,
    add constraint staff_functions_range check (valid_to is null or valid_to >= valid_from);
alter table team_links drop constraint team_links_range,
    add constraint team_links_range check (valid_to is null or valid_to >= valid_from);
alter table guardianships drop constraint guardianships_range,
    add constraint guardianships_range check (valid_to is null or valid_to >= valid_from);

-- Functions in the whole network are seen by those who administer a school of it (the speech therapist of all schools may join a team of
-- theirs; the manager's own function is what a request of the manager rests on). They are still changed by nobody here.
create policy registrar_reads_network_functions on staff_functions for select to kazumi_registrar
    using (school_id is null and exists (select 1 from users u where u.user_id = staff_functions.user_id));

-- A name as people search for it: lower case, without accents.
create function searchable(name text) returns text
    language sql immutable parallel safe
    as $$ select regexp_replace(normalize(lower(name), nfd), '[\u0300-\u036f]', '', 'g') $$;

-- Whether this person has a living tie, or one to come, to a school the transaction's person does not administer, or to the whole network.
-- An account belongs to a person, not to a school: closing it there would close it here. Tells that, and not where.
create function has_ties_elsewhere(person uuid) returns boolean
    language sql stable security definer set search_path = ''
    as $$
        with mine as (select public.administered_schools(public.app_user_id()) as school_id)
        select exists (
                select 1 from public.staff_functions f
                where f.user_id = person and (f.valid_to is null or f.valid_to > now())
                  and (f.school_id not in (select school_id from mine)
                       or f.school_id is null and not exists (
                           select 1 from public.staff_functions m
                           where m.user_id = public.app_user_id() and m.function = 'network_manager' and m.school_id is null
                             and m.valid_from <= now() and (m.valid_to is null or now() < m.valid_to))))
            or exists (
                select 1 from public.team_links l join public.students s on s.student_id = l.student_id
                where l.user_id = person and (l.valid_to is null or l.valid_to > now())
                  and s.school_id not in (select school_id from mine))
            or exists (
                select 1 from public.guardianships g join public.students s on s.student_id = g.student_id
                where g.user_id = person and (g.valid_to is null or g.valid_to > now())
                  and s.school_id not in (select school_id from mine))
    $$;

-- Ends all sessions of a person of a network in which the transaction's person administers something; how many there were. The registrar
-- itself may neither read nor change sessions.
create function end_sessions_of(person uuid) returns bigint
    language plpgsql volatile security definer set search_path = ''
    as $$
    declare ended bigint;
    begin
        if not exists (select 1 from public.users u
                       where u.user_id = person and public.administers_in_network(u.network_id)) then
            return 0;
        end if;
        update public.login_sessions s set revoked_at = now(), revoked_why = 'administrator'
        where s.user_id = person and s.revoked_at is null;
        get diagnostics ended = row_count;
        return ended;
    end $$;

revoke execute on function has_ties_elsewhere(uuid), end_sessions_of(uuid) from public;
grant execute on function has_ties_elsewhere(uuid), end_sessions_of(uuid) to kazumi_registrar, kazumi_owner;

-- The same walls as before, asked once a statement and not once a row: a function that reaches every student of a school writes thousands
-- of grants, and a call of `administers_student` for each took eight seconds for two thousand students.
drop policy registrar_team_links on team_links;
drop policy registrar_guardianships on guardianships;
drop policy registrar_grants on grants;
-- The inner query obeys the registrar's policy on students, which holds it to the schools the person administers.
create policy registrar_team_links on team_links to kazumi_registrar
    using (student_id in (select s.student_id from students s))
    with check (student_id in (select s.student_id from students s));
create policy registrar_guardianships on guardianships to kazumi_registrar
    using (student_id in (select s.student_id from students s))
    with check (student_id in (select s.student_id from students s));
create policy registrar_grants on grants to kazumi_registrar
    using (student_id in (select s.student_id from students s))
    with check (student_id in (select s.student_id from students s));
