-- Ends a function; one that has not begun is withdrawn.
-- Role: kazumi_registrar.
-- $1 uuid: the function's row; $2 timestamptz: when. No rows.
update staff_functions set valid_to = greatest($2, valid_from), version = version + 1 where staff_function_id = $1
