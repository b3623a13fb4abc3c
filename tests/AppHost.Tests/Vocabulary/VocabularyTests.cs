using System.Reflection;
using Aspire.Hosting;

namespace Desk.AppHost.Tests.Vocabulary;

/// <summary>AppHost.cs can lean on nothing that Aspire lacks: every public name of the local vocabulary is one of Aspire's, with its parameters.</summary>
public sealed class VocabularyTests
{
    private static readonly HashSet<string> Aspire = ReadList();

    [Fact]
    public void Every_public_member_of_the_local_vocabulary_is_Aspires()
        => Assert.Empty(Surface().Except(Aspire));

    [Fact]
    public void The_list_says_nothing_that_is_no_longer_used()
        => Assert.Empty(Aspire.Except(Surface()));

    private static HashSet<string> Surface() => [.. typeof(DistributedApplication).Assembly.GetExportedTypes()
        .Where(type => type.Namespace?.StartsWith("Aspire.", StringComparison.Ordinal) is true)
        .SelectMany(type => Members(type).Prepend(type.FullName!.Split('`')[0]))];

    private static IEnumerable<string> Members(Type type)
    {
        const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (var constructor in type.GetConstructors(Own).Where(constructor => constructor.GetParameters().Length > 0))
            yield return $"{Short(type)}({Parameters(constructor)})";
        foreach (var property in type.GetProperties(Own))
            yield return $"{Short(type)}.{property.Name}: {Short(property.PropertyType)}";
        foreach (var method in type.GetMethods(Own).Where(method => !method.IsSpecialName))
            yield return $"{Short(type)}.{method.Name}({Parameters(method)}): {Short(method.ReturnType)}";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters()
        .Select(parameter => $"{Short(parameter.ParameterType)} {parameter.Name}{(parameter.IsOptional ? "?" : "")}"));

    private static string Short(Type type) => Nullable.GetUnderlyingType(type) is { } value ? Short(value)
        : type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Short))}>"
        : type.Name;

    private static HashSet<string> ReadList()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("AspireSignatures.txt")!);
        return [.. reader.ReadToEnd().Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith('#'))];
    }
}
