-- The role that changes who is who. Requests of administration run under it, each transaction with the identity it acts for in
-- `app.user_id`; the policies let that person touch only what they administer. What exactly a function may do in its school is decided by
-- `domain::administration`; this is the wall behind it.

-- The schools in which this person exercises direction or coordination today, and all schools of a network they manage.
-- As the owner, because the policy of `staff_functions` asks it: with the caller's rights the two would ask each other for ever.
create function administered_schools(person uuid) returns setof uuid
    language sql stable security definer set search_path = ''
    as $$
        select s.school_id
        from public.staff_functions f
        join public.users u on u.user_id = f.user_id
        join public.schools s on s.school_id = f.school_id or (f.school_id is null and s.network_id = u.network_id)
        where f.user_id = person
          and u.disabled_at is null
          and (f.function in ('principal', 'coordinator') and f.school_id is not null
               or f.function = 'network_manager' and f.school_id is null)
          and f.valid_from <= now()
          and (f.valid_to is null or now() < f.valid_to)
    $$;

-- Whether the transaction's person administers anything in this network: people belong to networks, not to schools.
create function administers_in_network(network uuid) returns boolean
    language sql stable security definer set search_path = ''
    as $$
        select exists (
            select 1 from public.schools s
            where s.network_id = network and s.school_id in (select public.administered_schools(public.app_user_id())))
    $$;

-- Whether the transaction's person administers the school of this student.
create function administers_student(student uuid) returns boolean
    language sql stable security definer set search_path = ''
    as $$
        select exists (
            select 1 from public.students s
            where s.student_id = student and s.school_id in (select public.administered_schools(public.app_user_id())))
    $$;

revoke execute on function administered_schools(uuid), administers_in_network(uuid), administers_student(uuid) from public;
grant execute on function administered_schools(uuid), administers_in_network(uuid), administers_student(uuid)
    to kazumi_registrar, kazumi_owner;

grant usage on schema public to kazumi_registrar;
grant select on networks, schools, classes, users, students, staff_functions, team_links, guardianships, grants to kazumi_registrar;
grant insert on users, staff_functions, team_links, guardianships, grants, audit_log to kazumi_registrar;
grant update (valid_to) on staff_functions, team_links to kazumi_registrar;
grant update (kinship, custody, can_view, can_write, judicial_restriction, valid_to) on guardianships to kazumi_registrar;
grant update (disabled_at) on users to kazumi_registrar;
grant delete on grants to kazumi_registrar;
-- Locking a student's row while grants are rewritten needs the right to update something of it.
grant update (class_id) on students to kazumi_registrar;

create policy registrar_networks on networks for select to kazumi_registrar using (administers_in_network(network_id));
create policy registrar_schools on schools for select to kazumi_registrar
    using (school_id in (select administered_schools(app_user_id())));
create policy registrar_classes on classes for select to kazumi_registrar
    using (school_id in (select administered_schools(app_user_id())));
create policy registrar_students on students to kazumi_registrar
    using (school_id in (select administered_schools(app_user_id())))
    with check (school_id in (select administered_schools(app_user_id())));
create policy registrar_users on users to kazumi_registrar
    using (administers_in_network(network_id)) with check (administers_in_network(network_id));
-- Functions in a school by those who administer it; a function in the whole network is given by the command on the server alone.
create policy registrar_functions on staff_functions to kazumi_registrar
    using (school_id in (select administered_schools(app_user_id())))
    with check (school_id in (select administered_schools(app_user_id())));
create policy registrar_team_links on team_links to kazumi_registrar
    using (administers_student(student_id)) with check (administers_student(student_id));
create policy registrar_guardianships on guardianships to kazumi_registrar
    using (administers_student(student_id)) with check (administers_student(student_id));
create policy registrar_grants on grants to kazumi_registrar
    using (administers_student(student_id)) with check (administers_student(student_id));
create policy registrar_append_audit on audit_log for insert to kazumi_registrar with check (true);

-- Step-up: when the person last proved who they are with a password (and, where they have one, a second factor) in this session.
alter table login_sessions add column confirmed_at timestamptz not null default now();
