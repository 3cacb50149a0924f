-- How a login session stands is asked with every request and every join. Under the caller's rights the policies of `users` were planned anew with
-- each question: ten subqueries, about people whom nobody asked about. Now the owner of the schema reads the three rows, with a plan that each
-- connection keeps; the rule is the same. What the application may ask becomes less: only about the person it acts for.
create or replace function login_session_standing(session uuid, person uuid, credentials_version integer) returns text
    language plpgsql stable security definer set search_path = ''
    as $$
    begin
        return (
            select coalesce(s.second_factor_owed, 'live')
            from public.login_sessions s
            join public.credentials c on c.user_id = s.user_id
            join public.users u on u.user_id = s.user_id
            where s.session_id = session
              and s.user_id = person
              and s.revoked_at is null
              and s.expires_at > now()
              and c.auth_version = credentials_version
              and u.disabled_at is null);
    end $$;
-- The writer reads all three tables anyway: it looks after the sockets of everybody.
revoke execute on function login_session_standing(uuid, uuid, integer) from public;
grant execute on function login_session_standing(uuid, uuid, integer) to kazumi_writer;

create function own_session_standing(session uuid, credentials_version integer) returns text
    language plpgsql stable security definer set search_path = ''
    as $$
    begin
        return public.login_session_standing(session, public.app_user_id(), credentials_version);
    end $$;
revoke execute on function own_session_standing(uuid, integer) from public;
grant execute on function own_session_standing(uuid, integer) to kazumi_app;

-- The questions that statements and policies ask about a right. A function of plain SQL is parsed and planned anew with each statement that asks it, and
-- one that asks another plans the other anew with each row: most of the time that a batch of messages took. In this language each connection
-- keeps their plans. The words are the same, and so are the rights: the caller's.
create or replace function has_active_grant(person uuid, student uuid, wanted_section text, wanted_access text) returns boolean
    language plpgsql stable
    as $$
    begin
        return exists (
            select 1 from public.grants g
            where g.user_id = person
              and g.student_id = student
              and (wanted_section is null or g.section = wanted_section)
              and (wanted_access = 'read' or g.access = 'write')
              and g.valid_from <= now()
              and (g.valid_to is null or now() < g.valid_to));
    end $$;

create or replace function has_room_grant(person uuid, room_kind text, student uuid, class uuid, wanted_access text) returns boolean
    language plpgsql stable
    as $$
    begin
        if class is null then
            return public.has_active_grant(person, student, 'room_' || room_kind, wanted_access);
        end if;
        return exists (
            select 1 from public.students s
            where s.class_id = class and public.has_active_grant(person, s.student_id, 'room_' || room_kind, wanted_access));
    end $$;

create or replace function may_write_in(room uuid, person uuid) returns boolean
    language plpgsql stable
    as $$
    begin
        return exists (
            select 1 from public.rooms r
            join public.room_members m on m.room_id = r.room_id and m.user_id = person and m.left_seq is null
            where r.room_id = room and public.has_room_grant(person, r.kind, r.student_id, r.class_id, 'write'));
    end $$;

create or replace function is_in_room(room uuid, room_kind text, student uuid, class uuid) returns boolean
    language plpgsql stable
    as $$
    begin
        return public.has_room_grant(public.app_user_id(), room_kind, student, class, 'read')
           and exists (
               select 1 from public.room_members m
               where m.room_id = room and m.user_id = public.app_user_id() and m.left_seq is null);
    end $$;
