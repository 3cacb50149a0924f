-- What those who decide for a child say of each kind; nobody's name.
-- Role: kazumi_app, acting for a person who may see the child.
-- $1 uuid: student. One row a kind and person, some six.
select kind, custody, gives from consent_voices($1) as v (kind, custody, gives)
