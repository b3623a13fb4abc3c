using Npgsql;
using NpgsqlTypes;

namespace Desk.Intake;

/// <summary>Nulls in and out of rows.</summary>
internal static class Rows
{
    public static void AddText(this NpgsqlParameterCollection parameters, string name, string? value)
        => parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Text) { Value = (object?)value ?? DBNull.Value });

    public static void AddTexts(this NpgsqlParameterCollection parameters, string name, IEnumerable<string>? value)
        => parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Text | NpgsqlDbType.Array) { Value = (object?)value?.ToArray() ?? DBNull.Value });

    public static void AddId(this NpgsqlParameterCollection parameters, string name, Guid? value)
        => parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Uuid) { Value = (object?)value ?? DBNull.Value });

    public static void AddTime(this NpgsqlParameterCollection parameters, string name, DateTimeOffset? value)
        => parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.TimestampTz) { Value = (object?)value ?? DBNull.Value });

    public static string? GetText(this NpgsqlDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : reader.GetString(ordinal);

    public static Guid? GetId(this NpgsqlDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : reader.GetGuid(ordinal);

    public static DateTimeOffset GetTime(this NpgsqlDataReader reader, int ordinal) => reader.GetFieldValue<DateTimeOffset>(ordinal);

    public static DateTimeOffset? GetTimeOrNull(this NpgsqlDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : reader.GetTime(ordinal);
}
