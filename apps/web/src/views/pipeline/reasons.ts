/** The codes of reasons in a few words, as the lists show them. The api explains each at length. */
export const REASONS: Readonly<Record<string, string | undefined>> = {
  not_an_object: 'Not an object',
  missing_field: 'A field is missing',
  bad_timestamp: 'Bad timestamp',
  name_too_long: 'A name is too long',
  name_unstorable: 'A name cannot be stored',
  unreadable_body: 'A field cannot be read',
  too_deep: 'Nested too deep',
  id_reused: 'Id used again',
  out_of_scope: 'Beyond the reach of its key',
  refused_by_database: 'Refused by the database',
};
