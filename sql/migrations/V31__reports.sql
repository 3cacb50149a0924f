-- "Denúncias": somebody in a room reports a message, and direction or coordination of the child's school decide (docs/adr/0032). What was said is frozen in the
-- transaction of the report: the message with its first words and every change, and what stands around it. Taking it back later takes nothing out of here.

create table message_reports (
    report_id     uuid primary key,
    -- The report stays when the log goes, so no foreign key.
    room_id       uuid not null,
    seq           bigint not null,
    student_id    uuid not null references students,
    reporter_id   uuid not null references users,
    -- Names as they were, so that a report needs no policy on `users`, where everybody's lists would ask it for every row.
    reporter_name text not null,
    -- Who wrote the message.
    reported_id   uuid not null references users,
    reported_name text not null,
    reason        text not null,
    note          text,
    evidence      jsonb not null,
    reported_at   timestamptz not null default now(),
    decision      text,
    decision_note text,
    decided_by    uuid references users,
    decided_at    timestamptz,
    constraint message_reports_once unique (room_id, seq, reporter_id),
    constraint message_reports_reason check (reason in ('offence', 'threat', 'private_data', 'other')),
    constraint message_reports_note_length check (char_length(note) between 1 and 500),
    constraint message_reports_decision check (decision in ('no_action', 'talked', 'escalated')),
    constraint message_reports_decision_note_length check (char_length(decision_note) between 1 and 500),
    constraint message_reports_decided check (num_nonnulls(decision, decision_note, decided_by, decided_at) in (0, 4)),
    -- Nobody decides about what they wrote or reported themselves.
    constraint message_reports_decided_by_another check (decided_by <> reporter_id and decided_by <> reported_id)
);
create index message_reports_student on message_reports (student_id, reported_at desc);
create index message_reports_reporter on message_reports (reporter_id, reported_at desc);
create index message_reports_reported on message_reports (reported_id);
create index message_reports_decided_by on message_reports (decided_by);
alter table message_reports
    alter column reporter_name set statistics 0,
    alter column reported_name set statistics 0,
    alter column note set statistics 0,
    alter column evidence set statistics 0,
    alter column decision_note set statistics 0;
create trigger not_for_erased after insert on message_reports referencing new table as added
    for each statement execute function refuse_for_erased();

-- Written by the owner of the schema, so that whoever reports cannot say what was said, nor by whom. Only what the reporter sees themselves: messages since they
-- are in, the one that is reported and up to five on either side. `no_data_found` reads as "not found" (store/error.rs).
create function freeze_evidence() returns trigger
    language plpgsql security definer set search_path = ''
    as $$
    declare since bigint;
    begin
        select r.student_id, e.user_id, w.name, u.name, m.joined_seq
        into new.student_id, new.reported_id, new.reported_name, new.reporter_name, since
        from public.rooms r
        join public.room_members m on m.room_id = r.room_id and m.user_id = new.reporter_id and m.left_seq is null
        join public.room_events e on e.room_id = r.room_id and e.seq = new.seq and e.kind = 'text' and e.seq >= m.joined_seq
        join public.users w on w.user_id = e.user_id
        join public.users u on u.user_id = m.user_id
        where r.room_id = new.room_id;
        if new.student_id is null then
            raise exception 'no such message' using errcode = 'no_data_found';
        end if;
        with around as (
            (select e.seq from public.room_events e
             where e.room_id = new.room_id and e.kind = 'text' and e.seq < new.seq and e.seq >= since
             order by e.seq desc limit 5)
            union all
            (select e.seq from public.room_events e
             where e.room_id = new.room_id and e.kind = 'text' and e.seq >= new.seq
             order by e.seq limit 6)
        )
        select jsonb_build_object('messages', jsonb_agg(jsonb_build_object(
                   'seq', e.seq, 'user_id', e.user_id, 'name', u.name, 'at', e.created_at, 'reported', e.seq = new.seq,
                   'reply_to', e.reply_to, 'text', e.body,
                   'revisions', coalesce((
                       select jsonb_agg(jsonb_build_object('seq', c.seq, 'at', c.created_at, 'text', c.body) order by c.seq)
                       from public.room_events c
                       where c.room_id = e.room_id and c.target_seq = e.seq and c.kind = 'edited'), '[]'::jsonb),
                   'taken_back_at', (
                       select d.created_at from public.room_events d where d.room_id = e.room_id and d.seq = e.deleted_seq)
               ) order by e.seq))
        into new.evidence
        from around a
        join public.room_events e on e.room_id = new.room_id and e.seq = a.seq
        join public.users u on u.user_id = e.user_id;
        return new;
    end $$;
create trigger message_reports_evidence before insert on message_reports for each row execute function freeze_evidence();

alter table message_reports enable row level security;
alter table message_reports force row level security;
create policy owner_all on message_reports to kazumi_owner using (true) with check (true);
create policy backup_read on message_reports for select to kazumi_backup using (true);
grant select on message_reports to kazumi_backup;

grant select on message_reports to kazumi_app;
grant insert (report_id, room_id, seq, reporter_id, reason, note) on message_reports to kazumi_app;
grant update (decision, decision_note, decided_by, decided_at) on message_reports to kazumi_app;
-- Who reported, and who answers for the school, unless a court keeps them away from the child. Nobody else learns that there is a report.
create policy reports_seen on message_reports for select to kazumi_app
    using (reporter_id = app_user_id() or answers_for(student_id) and not kept_away(student_id));
create policy reports on message_reports for insert to kazumi_app
    with check (reporter_id = app_user_id() and exists (
        select 1 from room_events e
        where e.room_id = message_reports.room_id and e.seq = message_reports.seq and e.kind = 'text'));
create policy decides on message_reports for update to kazumi_app
    using (decided_at is null and app_user_id() not in (reporter_id, reported_id) and answers_for(student_id) and not kept_away(student_id))
    with check (decided_by = app_user_id() and answers_for(student_id));

-- The school's record of a student's conversations, for a copy of everything (docs/adr/0023): both rooms from the first word, with what was changed and taken
-- back. Only in the transaction in which the copy is noted, and only to who answers for the school. The family's copy is read as everything else, and has what
-- they read in their room.
create function school_record(student uuid)
    returns table (room_kind text, room_id uuid, seq bigint, kind text, user_id uuid, name text, reply_to bigint, target_seq bigint, reaction text,
                   edited_seq bigint, deleted_seq bigint, body text, created_at timestamptz)
    language sql stable security definer set search_path = ''
    as $$
        select r.kind, r.room_id, e.seq, e.kind, e.user_id, u.name, e.reply_to, e.target_seq, e.reaction, e.edited_seq, e.deleted_seq, e.body, e.created_at
        from public.rooms r
        join public.room_events e on e.room_id = r.room_id
        join public.users u on u.user_id = e.user_id
        where r.student_id = school_record.student and public.answers_for(school_record.student)
          -- Whoever is or was family of the child reads no other guardian's desk, here neither.
          and (r.guardian_id is null or r.guardian_id = public.app_user_id() or not exists (
              select 1 from public.guardianships k
              where k.student_id = school_record.student and k.user_id = public.app_user_id()))
          and exists (
              select 1 from public.dossiers d
              where d.student_id = school_record.student and d.user_id = public.app_user_id() and d.taken_at = now())
    $$;
revoke execute on function school_record(uuid) from public;
grant execute on function school_record(uuid) to kazumi_app, kazumi_owner;
