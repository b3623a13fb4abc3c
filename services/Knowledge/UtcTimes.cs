using System.Data;
using Dapper;

namespace Desk.Knowledge;

/// <summary>Lets Dapper read a <c>timestamptz</c> as the moment it is.</summary>
internal sealed class UtcTimes : SqlMapper.TypeHandler<DateTimeOffset>
{
    public override DateTimeOffset Parse(object value) => value is DateTimeOffset moment ? moment : new DateTimeOffset((DateTime)value, TimeSpan.Zero);

    public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.ToUniversalTime();
}
