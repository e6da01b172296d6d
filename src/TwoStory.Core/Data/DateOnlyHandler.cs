using System.Data;
using Dapper;

namespace TwoStory.Core.Data;

// Dapper sends a DateOnly as it is only when told so; Npgsql knows it as `date`.
sealed class DateOnlyHandler : SqlMapper.TypeHandler<DateOnly>
{
    public override DateOnly Parse(object value) => value as DateOnly? ?? DateOnly.FromDateTime((DateTime)value);

    public override void SetValue(IDbDataParameter parameter, DateOnly value) => parameter.Value = value;
}
