using System.Text.Json;

namespace TwoStory.Tests.Api;

/// <summary>Validates JSON against the schemas of the description: types, enums, references, required and unknown fields.</summary>
sealed class SchemaCheck(JsonElement schemas)
{
    /// <summary>Follows a reference, also of something that may be null.</summary>
    public JsonElement Resolve(JsonElement schema)
    {
        if (schema.TryGetProperty("oneOf", out var choices)) return Resolve(choices.EnumerateArray().Single(choice => !IsNull(choice)));
        return schema.TryGetProperty("$ref", out var reference) ? schemas.GetProperty(reference.GetString()!.Split('/')[^1]) : schema;
    }

    public void Require(JsonElement value, JsonElement reference, string where)
    {
        if (value.ValueKind is JsonValueKind.Null && reference.TryGetProperty("oneOf", out var choices) && choices.EnumerateArray().Any(IsNull)) return;
        var schema = Resolve(reference);
        if (schema.TryGetProperty("enum", out var names)) Assert.Contains(value.GetString(), names.EnumerateArray().Select(name => name.GetString()));
        var types = Types(schema);
        Assert.True(types.Count == 0 || types.Intersect(TypesOf(value)).Any(), $"{where} is {value.ValueKind}, not {string.Join(" or ", types)}");
        if (value.ValueKind is JsonValueKind.Array && schema.TryGetProperty("items", out var item))
        {
            foreach (var element in value.EnumerateArray()) Require(element, item, $"{where}[]");
        }
        if (value.ValueKind is JsonValueKind.Object && schema.TryGetProperty("properties", out var properties)) RequireFields(value, schema, properties, where);
    }

    void RequireFields(JsonElement value, JsonElement schema, JsonElement properties, string where)
    {
        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().ToList() : [];
        foreach (var name in required) Assert.True(value.TryGetProperty(name.GetString()!, out _), $"{where} lacks {name}");
        foreach (var field in value.EnumerateObject())
        {
            Assert.True(properties.TryGetProperty(field.Name, out var property), $"{where} has an unknown {field.Name}");
            Require(field.Value, property, $"{where}.{field.Name}");
        }
    }

    static bool IsNull(JsonElement schema) => Types(schema) is ["null"];

    static List<string> Types(JsonElement schema) => !schema.TryGetProperty("type", out var type) ? []
        : type.ValueKind is JsonValueKind.Array ? [.. type.EnumerateArray().Select(name => name.GetString()!)] : [type.GetString()!];

    static string[] TypesOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => ["object"],
        JsonValueKind.Array => ["array"],
        JsonValueKind.String => ["string"],
        JsonValueKind.Number => value.TryGetInt64(out _) ? ["integer", "number"] : ["number"],
        JsonValueKind.Null => ["null"],
        _ => ["boolean"],
    };
}
