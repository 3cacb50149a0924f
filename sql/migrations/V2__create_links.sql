-- Who has what to do with whom, always with dates. A null `valid_to` means "until further notice";
-- ranges are half open: valid_from <= now < valid_to.

-- A function somebody exercises in a school (or, with no school, in the whole network).
create table staff_functions (
    staff_function_id uuid primary key,
    user_id           uuid not null references users,
    school_id         uuid references schools,
    function          text not null,
    valid_from        timestamptz not null default now(),
    valid_to          timestamptz,
    constraint staff_functions_function check (function in (
        'principal', 'coordinator', 'class_teacher', 'aee_teacher', 'psychologist', 'speech_therapist',
        'occupational_therapist', 'educational_psychologist', 'support_professional', 'network_manager')),
    constraint staff_functions_range check (valid_to is null or valid_to > valid_from)
);
create index staff_functions_user on staff_functions (user_id);
create index staff_functions_school on staff_functions (school_id);

-- Membership of a student's multidisciplinary team, in one function.
create table team_links (
    team_link_id uuid primary key,
    student_id   uuid not null references students,
    user_id      uuid not null references users,
    function     text not null,
    valid_from   timestamptz not null default now(),
    valid_to     timestamptz,
    constraint team_links_function check (function in (
        'class_teacher', 'aee_teacher', 'psychologist', 'speech_therapist', 'occupational_therapist',
        'educational_psychologist', 'support_professional')),
    constraint team_links_range check (valid_to is null or valid_to > valid_from)
);
create index team_links_student on team_links (student_id);
create index team_links_user on team_links (user_id);

-- A guardian and a child (N:N). A judicial restriction outranks every other column.
create table guardianships (
    guardianship_id      uuid primary key,
    student_id           uuid not null references students,
    user_id              uuid not null references users,
    kinship              text not null,
    custody              text not null,
    can_view             boolean not null default true,
    can_write            boolean not null default true,
    judicial_restriction boolean not null default false,
    valid_from           timestamptz not null default now(),
    valid_to             timestamptz,
    constraint guardianships_custody check (custody in ('shared', 'sole', 'none')),
    constraint guardianships_kinship_length check (char_length(kinship) between 1 and 60),
    constraint guardianships_range check (valid_to is null or valid_to > valid_from)
);
create index guardianships_student on guardianships (student_id);
create index guardianships_user on guardianships (user_id);

-- The output of `domain::permission`, one row per person, student, section and stretch of time. It is rewritten by one
-- store function in the transaction that changes a link; the statement that writes an edit and the row-level
-- policies read it. Nothing else may write here.
create table grants (
    grant_id   bigint generated always as identity primary key,
    user_id    uuid not null references users,
    student_id uuid not null references students,
    section    text not null,
    access     text not null,
    valid_from timestamptz not null,
    valid_to   timestamptz,
    constraint grants_access check (access in ('read', 'write')),
    constraint grants_range check (valid_to is null or valid_to > valid_from)
);
create index grants_user_student on grants (user_id, student_id, section);
create index grants_student on grants (student_id);
