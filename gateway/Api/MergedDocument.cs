using System.Text.Json.Nodes;

namespace Desk.Gateway.Api;

/// <summary>
/// Merges one OpenAPI document into another. Two services may use one name for different things (a page of tickets, a page of articles): the second
/// gets its service's name in front, and all that points to it follows. The same thing under the same name stays one.
/// </summary>
internal static class MergedDocument
{
    public static void Add(JsonObject into, string service, JsonObject part)
    {
        var renamed = Clashes(into, service, part);
        Repoint(part, renamed);
        foreach (var (kind, components) in part["components"]?.AsObject() ?? [])
        {
            var known = Child(Child(into, "components"), kind);
            foreach (var (name, component) in components?.AsObject() ?? [])
                known.TryAdd(renamed.GetValueOrDefault($"#/components/{kind}/{name}")?.Split('/')[^1] ?? name, component?.DeepClone());
        }

        var operations = Operations(into).Select(operation => operation["operationId"]?.GetValue<string>()).OfType<string>().ToHashSet();
        foreach (var (path, item) in part["paths"]?.AsObject() ?? [])
        {
            // What is not under the public API can't be reached, so it is not described.
            if (!path.StartsWith("/api/v1/", StringComparison.Ordinal))
                continue;
            var known = Child(Child(into, "paths"), path);
            foreach (var (method, operation) in item?.AsObject() ?? [])
            {
                var copy = operation?.DeepClone();
                if (copy is JsonObject described && described["operationId"]?.GetValue<string>() is { } id && !operations.Add(id))
                    described["operationId"] = Capital(service) + id;
                known.TryAdd(method, copy);
            }
        }

        var tags = into["tags"] as JsonArray;
        if (tags is null)
            into["tags"] = tags = [];
        var names = tags.Select(tag => tag?["name"]?.GetValue<string>()).ToHashSet();
        foreach (var tag in part["tags"]?.AsArray() ?? [])
        {
            if (names.Add(tag?["name"]?.GetValue<string>()))
                tags.Add(tag?.DeepClone());
        }
    }

    /// <summary>How to prove oneself: an API key as bearer.</summary>
    public static void Secure(JsonObject document)
    {
        Child(Child(document, "components"), "securitySchemes")["key"] = new JsonObject
        {
            ["type"] = "http",
            ["scheme"] = "bearer",
            ["description"] = "An API key, as `./desk key` prints it.",
        };
        document["security"] = new JsonArray(new JsonObject { ["key"] = new JsonArray() });
    }

    private static Dictionary<string, string> Clashes(JsonObject into, string service, JsonObject part)
    {
        var renamed = new Dictionary<string, string>();
        foreach (var (kind, components) in part["components"]?.AsObject() ?? [])
        {
            foreach (var (name, component) in components?.AsObject() ?? [])
            {
                if (into["components"]?[kind]?[name] is { } known && !JsonNode.DeepEquals(known, component))
                    renamed[$"#/components/{kind}/{name}"] = $"#/components/{kind}/{Capital(service)}{name}";
            }
        }
        return renamed;
    }

    private static void Repoint(JsonNode? node, Dictionary<string, string> renamed)
    {
        if (renamed.Count == 0)
            return;
        if (node is JsonArray list)
        {
            foreach (var item in list)
                Repoint(item, renamed);
        }
        else if (node is JsonObject thing)
        {
            if (thing["$ref"] is JsonValue reference && reference.TryGetValue<string>(out var target) && renamed.TryGetValue(target, out var fresh))
                thing["$ref"] = fresh;
            foreach (var (_, child) in thing)
                Repoint(child, renamed);
        }
    }

    private static IEnumerable<JsonObject> Operations(JsonObject document)
        => (document["paths"]?.AsObject() ?? []).SelectMany(path => path.Value?.AsObject() ?? []).Select(operation => operation.Value).OfType<JsonObject>();

    private static JsonObject Child(JsonObject parent, string name)
    {
        if (parent[name] is JsonObject known)
            return known;
        var fresh = new JsonObject();
        parent[name] = fresh;
        return fresh;
    }

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}
