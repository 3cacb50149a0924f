-- Announcements: what the school tells a class. An event like a message, with a title, which may ask for a confirmation; and who of those who read
-- along has seen and confirmed it (docs/adr/0031).

alter table room_events add column title text, add column needs_confirmation boolean;
alter table room_events
    drop constraint room_events_kind,
    drop constraint room_events_words,
    drop constraint room_events_revised,
    add constraint room_events_kind
        check (kind in ('text', 'announcement', 'edited', 'deleted', 'reacted', 'member_added', 'member_removed')),
    add constraint room_events_words check ((kind in ('text', 'announcement', 'edited')) = (body is not null)),
    add constraint room_events_revised check (
        (edited_seq is null or kind in ('text', 'announcement') and edited_seq > seq)
        and (deleted_seq is null or kind in ('text', 'announcement') and deleted_seq > seq)),
    add constraint room_events_announcement check (
        (kind = 'announcement') = (title is not null) and (kind = 'announcement') = (needs_confirmation is not null)),
    add constraint room_events_title_length check (char_length(title) between 1 and 120);
alter table room_events alter column title set statistics 0;
drop index room_events_messages;
create index room_events_messages on room_events (room_id, seq desc) where kind in ('text', 'announcement');
create index room_events_announcements on room_events (room_id, seq) where kind = 'announcement';

create table announcement_receipts (
    room_id      uuid not null,
    seq          bigint not null,
    user_id      uuid not null references users,
    -- When their mark of what is read came so far; with a confirmation at the latest.
    seen_at      timestamptz not null default now(),
    confirmed_at timestamptz,
    -- With a tap, or after it was read aloud to them.
    how          text,
    primary key (room_id, seq, user_id),
    foreign key (room_id, seq) references room_events (room_id, seq),
    constraint announcement_receipts_how check (how in ('tap', 'audio')),
    constraint announcement_receipts_confirmed check ((confirmed_at is null) = (how is null))
);
create index announcement_receipts_user on announcement_receipts (user_id);

-- Is this person family in the room: does an active grant let them read along there, whatever else they may?
create function reads_along_in(room uuid, person uuid) returns boolean
    language sql stable
    as $$
        select exists (
            select 1 from public.rooms r
            join public.room_members m on m.room_id = r.room_id and m.user_id = person and m.left_seq is null
            join public.students s on s.class_id = r.class_id
            join public.grants g on g.student_id = s.student_id and g.user_id = person and g.section = 'room_' || r.kind
            where r.room_id = room and g.access = 'read' and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to))
    $$;

alter table announcement_receipts enable row level security;
alter table announcement_receipts force row level security;
create policy owner_all on announcement_receipts to kazumi_owner using (true) with check (true);
create policy backup_read on announcement_receipts for select to kazumi_backup using (true);
grant select on announcement_receipts to kazumi_backup, kazumi_app, kazumi_writer;
-- Somebody's confirmation is their own act; that they have seen it follows from their mark, which the writer moves.
grant insert (room_id, seq, user_id, confirmed_at, how), update (confirmed_at, how) on announcement_receipts to kazumi_app;
create policy own_receipts on announcement_receipts for select to kazumi_app using (user_id = app_user_id());
create policy own_confirmation on announcement_receipts for insert to kazumi_app
    with check (user_id = app_user_id() and reads_along_in(room_id, user_id));
create policy own_later_confirmation on announcement_receipts for update to kazumi_app
    using (user_id = app_user_id()) with check (user_id = app_user_id() and reads_along_in(room_id, user_id));
grant insert (room_id, seq, user_id) on announcement_receipts to kazumi_writer;
create policy writer_read on announcement_receipts for select to kazumi_writer using (true);
create policy writer_notes_seen on announcement_receipts for insert to kazumi_writer with check (confirmed_at is null);

grant insert (title, needs_confirmation) on room_events to kazumi_writer;
drop policy sender_may_write on room_events;
create policy sender_may_write on room_events for insert to kazumi_writer
    with check (kind in ('text', 'announcement', 'edited', 'deleted', 'reacted') and may_write_in(room_id, user_id)
        -- In a class's room there are announcements and what their authors do with them.
        and (kind in ('edited', 'deleted') or exists (
            select 1 from rooms r where r.room_id = room_events.room_id and (r.kind = 'class') = (room_events.kind = 'announcement')))
        -- Changing and taking back is for who wrote it.
        and (kind not in ('edited', 'deleted') or exists (
            select 1 from room_events t
            where t.room_id = room_events.room_id and t.seq = room_events.target_seq and t.user_id = room_events.user_id)));
drop policy writer_revises on room_events;
create policy writer_revises on room_events for update to kazumi_writer
    using (kind in ('text', 'announcement')) with check (kind in ('text', 'announcement'));

create or replace view room_log with (security_invoker = true) as
    select e.room_id, e.seq, e.message_no, e.kind, e.user_id, e.client_id, e.reply_to, e.target_seq, e.reaction, e.edited_seq, e.deleted_seq, e.created_at,
           case
               when e.deleted_seq is not null then null
               when e.edited_seq is not null
                   then (select c.body from room_events c where c.room_id = e.room_id and c.seq = e.edited_seq)
               when e.kind = 'edited'
                   then (select e.body from room_events t
                         where t.room_id = e.room_id and t.seq = e.target_seq and t.edited_seq = e.seq and t.deleted_seq is null)
               else e.body
           end as body,
           e.is_hidden,
           case when e.deleted_seq is null then e.title end as title,
           e.needs_confirmation
    from room_events e;
