using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Desk.Contracts;
using Desk.ServiceDefaults;

namespace Desk.Architecture.Tests;

/// <summary>
/// Events are promises to every other service and to messages already on their way. Their names and JSON are approved files; a change shows
/// up here first. Additive changes are approved with <c>DESK_APPROVE=1 dotnet test tests/Architecture.Tests</c>; anything else is a new event.
/// </summary>
public sealed class ContractsTests
{
    private static readonly Type[] All = [.. typeof(TicketRegistered).Assembly.GetExportedTypes().Where(type => !type.IsGenericType)];

    // Every event says when it happened; what has no such time is a shape that events carry.
    private static readonly Type[] Events = [.. All.Where(type => type.GetProperty("At")?.PropertyType == typeof(DateTimeOffset)).OrderBy(type => type.Name, StringComparer.Ordinal)];

    public static TheoryData<string> EventNames => [.. Events.Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(EventNames))]
    public void An_events_name_and_json_stay_as_approved(string name)
    {
        var type = Events.Single(type => type.Name == name);
        Approve($"{name}.json", JsonSerializer.Serialize(Example(type), type, Json()));
    }

    [Fact]
    public void The_words_of_enums_stay_as_approved()
        => Approve("Words.json", JsonSerializer.Serialize(
            All.Where(type => type.IsEnum).OrderBy(type => type.Name, StringComparer.Ordinal).ToDictionary(
                type => type.Name, type => Enum.GetValues(type).Cast<object>().Select(value => JsonSerializer.Serialize(value, type, Json()).Trim('"'))),
            Json()));

    [Theory]
    [MemberData(nameof(EventNames))]
    public void What_was_approved_can_still_be_read(string name)
    {
        var type = Events.Single(type => type.Name == name);
        var approved = File.ReadAllText(ApprovedPath($"{name}.json"));
        Assert.Equal(approved, JsonSerializer.Serialize(JsonSerializer.Deserialize(approved, type, Json()), type, Json()) + "\n");
    }

    [Fact]
    public void Contracts_are_sealed_records_without_behaviour_and_enums()
    {
        Assert.Empty(All.Where(type => !type.IsEnum && !IsBareSealedRecord(type)).Select(type => type.Name));
        // It can fail:
        Assert.False(IsBareSealedRecord(typeof(OpenRecord)));
        Assert.False(IsBareSealedRecord(typeof(NoRecord)));
        Assert.False(IsBareSealedRecord(typeof(Behaving)));
        Assert.True(IsBareSealedRecord(typeof(Bare)));
    }

    [Fact]
    public void Every_event_is_told_of_in_the_documentation()
    {
        var documentation = File.ReadAllText(Path.Combine(Source.Root, "docs", "events.md"));
        Assert.Empty(Untold(documentation));
        // It can fail:
        Assert.Equal(Events.Length, Untold("| Ticketed |").Count());
    }

    private static IEnumerable<string> Untold(string documentation)
        => Events.Select(type => type.Name).Where(name => !documentation.Contains($"| {name} |", StringComparison.Ordinal));

    private static bool IsBareSealedRecord(Type type)
        => type is { IsClass: true, IsSealed: true }
            && type.GetMethod("<Clone>$") is not null
            && type.BaseType == typeof(object)
            && type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .All(method => method.IsDefined(typeof(CompilerGeneratedAttribute)));

    private static JsonSerializerOptions Json()
    {
        var options = new JsonSerializerOptions { WriteIndented = true };
        ServiceDefaultsExtensions.UseDeskJson(options);
        return options;
    }

    // One of everything, always the same: each property is shown with its name and its form.
    private static object Example(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return "text";
        if (type == typeof(Guid)) return Guid.Parse("01900000-0000-7000-8000-000000000001");
        if (type == typeof(DateTimeOffset)) return new DateTimeOffset(2026, 11, 22, 13, 30, 0, TimeSpan.Zero);
        if (type == typeof(bool)) return true;
        if (type == typeof(int)) return 1;
        if (type == typeof(long)) return 1L;
        if (type == typeof(double)) return 0.5;
        if (type.IsEnum) return Enum.GetValues(type).GetValue(0)!;
        if (type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)))
        {
            var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(type.GetGenericArguments()[0]))!;
            list.Add(Example(type.GetGenericArguments()[0]));
            return list;
        }
        var constructor = type.GetConstructors().MaxBy(candidate => candidate.GetParameters().Length)!;
        return constructor.Invoke([.. constructor.GetParameters().Select(parameter => Example(parameter.ParameterType))]);
    }

    private static string ApprovedPath(string file) => Path.Combine(Source.Root, "tests", "Architecture.Tests", "Approved", file);

    private static void Approve(string file, string actual)
    {
        var path = ApprovedPath(file);
        if (Environment.GetEnvironmentVariable("DESK_APPROVE") == "1")
            File.WriteAllText(path, actual + "\n");
        Assert.True(File.Exists(path), $"{file} is not approved yet: look at it, then run with DESK_APPROVE=1.");
        Assert.Equal(File.ReadAllText(path), actual + "\n");
    }

    public record OpenRecord(int Number);

    public sealed class NoRecord;

    public sealed record Behaving(int Number)
    {
        public int Twice() => Number * 2;
    }

    public sealed record Bare(int Number);
}
