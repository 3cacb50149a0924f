-- When a child left the school, and whether its record is held: what retention and erasure ask before they remove anything. Set on the
-- server (`kazumi student`), never by a request.
alter table students
    -- The first day on which the child was no longer at the school.
    add column left_on date,
    -- A court, a complaint or an inquiry needs the record: nothing of it is removed until the hold is released.
    add column held_at timestamptz,
    -- By whose order, in words that name no child: the number of a process, say.
    add column held_reason text,
    add constraint students_held check ((held_at is null) = (held_reason is null)),
    add constraint students_held_reason_length check (char_length(held_reason) between 3 and 200);
