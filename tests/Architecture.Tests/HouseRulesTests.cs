using System.Text.RegularExpressions;

namespace Desk.Architecture.Tests;

/// <summary>The rules of the house. Each is a function from source to what breaks it, so that each is also shown to be able to fail.</summary>
public sealed partial class HouseRulesTests
{
    private static readonly string[] Services = ["Intake", "Routing", "Knowledge", "Notification", "Analytics", "Web", "Gateway"];

    [Fact]
    public void Services_know_each_other_only_by_contracts()
    {
        var references = Source.References();
        Assert.All(Services, service => Assert.Contains(service, references.Keys));
        Assert.Empty(Services.SelectMany(service => ReferencesToOthers(service, references[service])));
        // It can fail:
        Assert.NotEmpty(ReferencesToOthers("Intake", ["Contracts", "Routing"]));
    }

    [Fact]
    public void Contracts_reference_nothing()
    {
        Assert.Empty(Source.References()["Contracts"]);
        // It can fail:
        Assert.NotEmpty(Source.ReferencesIn("""<Project><ItemGroup><PackageReference Include="Dapper" /></ItemGroup></Project>"""));
    }

    [Fact]
    public void Nothing_is_named_for_what_it_is_not()
    {
        Assert.Empty(Source.Product.SelectMany(file => EmptyNames(file.Path, file.Text)));
        // It can fail:
        Assert.NotEmpty(EmptyNames("x.cs", "internal static class TicketHelper"));
        Assert.NotEmpty(EmptyNames("x.cs", "public sealed class MailManager(int x)"));
        Assert.NotEmpty(EmptyNames("services/Intake/Common/Rows.cs", ""));
    }

    [Fact]
    public void What_a_service_has_inside_is_internal()
    {
        Assert.Empty(Source.Product.SelectMany(file => PublicInside(file.Path, file.Text)));
        // It can fail:
        Assert.NotEmpty(PublicInside("services/Intake/Tickets/Ticket.cs", "public sealed record Ticket(int Number);"));
        Assert.NotEmpty(PublicInside("gateway/Accounts/Account.cs", "public class Account"));
        Assert.Empty(PublicInside("services/Messaging/Outbox.cs", "public sealed class Outbox"));
    }

    [Fact]
    public void The_start_of_a_process_is_a_page()
    {
        Assert.Empty(Source.Product.Where(file => LongStart(file.Path, file.Text)).Select(file => file.Path));
        // It can fail:
        Assert.True(LongStart("services/Intake/Program.cs", new string('\n', 60)));
    }

    [Fact]
    public void A_requester_is_never_called_a_customer()
    {
        Assert.Empty(Source.Product.Where(file => SaysCustomer(file.Text)).Select(file => file.Path));
        // It can fail:
        Assert.True(SaysCustomer("// the Customer wrote"));
        Assert.False(SaysCustomer("""["unknown customer"]"""));
    }

    [Fact]
    public void Time_comes_from_outside()
    {
        // The analyzer bans the clock; this guards the ban itself.
        var banned = File.ReadAllText(Path.Combine(Source.Root, "BannedSymbols.txt"));
        Assert.All(["DateTime.Now", "DateTime.UtcNow", "DateTimeOffset.UtcNow"], member => Assert.Contains(member, banned, StringComparison.Ordinal));
        Assert.Contains("CS8509.severity = error", File.ReadAllText(Path.Combine(Source.Root, ".editorconfig")), StringComparison.Ordinal);
    }

    private static IEnumerable<string> ReferencesToOthers(string service, IEnumerable<string> references)
        => references.Where(reference => reference != service && Services.Contains(reference)).Select(reference => $"{service} → {reference}");

    private static IEnumerable<string> EmptyNames(string path, string text)
        => Source.TypesIn(text).Select(type => type.Name).Concat(path.Split('/', '.')).Where(name => EmptyName().IsMatch(name)).Select(name => $"{path}: {name}");

    private static IEnumerable<string> PublicInside(string path, string text)
    {
        var inside = path.StartsWith("gateway/", StringComparison.Ordinal)
            || Services.Where(service => service != "Web").Any(service => path.StartsWith($"services/{service}/", StringComparison.Ordinal));
        return inside
            ? PublicTopLevel().Matches(text).Select(match => match.Groups["name"].Value).Where(name => name != "Program").Select(name => $"{path}: {name}")
            : [];
    }

    // What is quoted may be another's words, such as a mail server's.
    private static bool SaysCustomer(string text) => WrongWord().IsMatch(Quoted().Replace(text, ""));

    private static bool LongStart(string path, string text)
        => path.EndsWith("/Program.cs", StringComparison.Ordinal) && !path.StartsWith("AppHost/", StringComparison.Ordinal)
            && text.AsSpan().Count('\n') > 40;

    [GeneratedRegex("(Manager|Helpers?|Utils?|Utility|Utilities|Common)$")]
    private static partial Regex EmptyName();

    [GeneratedRegex(@"^public\s+((sealed|static|abstract|partial|readonly)\s+)*(class|record struct|record|struct|interface|enum)\s+(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex PublicTopLevel();

    [GeneratedRegex("\"[^\"\\n]*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\bcustomers?\b", RegexOptions.IgnoreCase)]
    private static partial Regex WrongWord();
}
