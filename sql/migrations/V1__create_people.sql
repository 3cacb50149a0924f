-- People and places. Natural persons live in `users`; what is needed to sign in lives apart in `credentials`,
-- so that a query about people can never return a password hash.

create table networks (
    network_id uuid primary key,
    name       text not null,
    created_at timestamptz not null default now(),
    constraint networks_name_length check (char_length(name) between 1 and 200)
);

create table schools (
    school_id  uuid primary key,
    network_id uuid not null references networks,
    name       text not null,
    created_at timestamptz not null default now(),
    constraint schools_name_length check (char_length(name) between 1 and 200)
);
create index schools_network on schools (network_id);

create table classes (
    class_id    uuid primary key,
    school_id   uuid not null references schools,
    name        text not null,
    shift       text not null,
    school_year integer not null,
    created_at  timestamptz not null default now(),
    constraint classes_name_length check (char_length(name) between 1 and 100),
    constraint classes_shift check (shift in ('morning', 'afternoon', 'full_day')),
    constraint classes_school_year check (school_year between 2000 and 2200)
);
create index classes_school on classes (school_id);

create table users (
    user_id     uuid primary key,
    network_id  uuid not null references networks,
    kind        text not null,
    name        text not null,
    created_at  timestamptz not null default now(),
    disabled_at timestamptz,
    constraint users_kind check (kind in ('staff', 'guardian', 'operator')),
    constraint users_name_length check (char_length(name) between 1 and 200)
);

-- E-mail is stored in lower case; the address is the login name and unique over all networks.
create table credentials (
    user_id       uuid primary key references users,
    email         text not null,
    password_hash text not null,
    -- Raised by a password change or by "end all sessions"; a token with an older version is refused.
    auth_version  integer not null default 1,
    updated_at    timestamptz not null default now(),
    constraint credentials_email_unique unique (email),
    constraint credentials_email_lower check (email = lower(email)),
    constraint credentials_email_length check (char_length(email) between 3 and 254)
);

create table students (
    student_id uuid primary key,
    school_id  uuid not null references schools,
    class_id   uuid references classes,
    name       text not null,
    birth_date date,
    created_at timestamptz not null default now(),
    constraint students_name_length check (char_length(name) between 1 and 200)
);
create index students_school on students (school_id);
create index students_class on students (class_id);
