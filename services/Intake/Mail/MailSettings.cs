using System.Globalization;
using Desk.Intake.Mail.Imap;
using Desk.Intake.Mail.Reading;
using Desk.Intake.Mail.Understanding;
using Desk.Intake.Tickets;

namespace Desk.Intake.Mail;

/// <summary>How the desk takes mail; what each setting is called and means is in <c>README.md</c> beside this file.</summary>
internal sealed class MailSettings
{
    public MailSettings(IConfiguration configuration)
    {
        var address = configuration["Desk:MailAddress"] ?? "support@desk.example";
        Desk = new DeskMail(address, configuration["Desk:MailDomain"] ?? address[(address.LastIndexOf('@') + 1)..]);
        Mailboxes = MailboxSettings.Read(configuration);
        Addresses = [.. List("Desk:MailAddresses").Prepend(address).Concat(Mailboxes.Select(mailbox => mailbox.Address)).Distinct(StringComparer.OrdinalIgnoreCase)];
        Machines = List("Desk:MailMachines");
        Authenticator = configuration["Desk:MailAuthenticator"] is { Length: > 0 } authenticator ? authenticator : null;
        ColleaguesTakePart = configuration["Desk:MailColleagues"] == "true";
        Copied = configuration["Desk:MailCopied"] ?? "colleagues";
        Limits = new MailLimits { Bytes = Number("Desk:MailBytes", MailLimits.Usual.Bytes), TextLength = 100_000 };

        string[] List(string key) => configuration[key]?.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        int Number(string key, int usual) => int.TryParse(configuration[key], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : usual;
    }

    public DeskMail Desk { get; }

    /// <summary>All addresses that are the desk's; a plus-address of each is too.</summary>
    public IReadOnlyList<string> Addresses { get; }

    /// <summary>Addresses, or domains written <c>@example.org</c>, whose automatic mail opens tickets: monitoring, backup, printers.</summary>
    public IReadOnlyList<string> Machines { get; }

    /// <summary>The name that the filter in front signs its Authentication-Results with (RFC 8601 authserv-id); null: none is believed.</summary>
    public string? Authenticator { get; }

    public bool ColleaguesTakePart { get; }

    /// <summary><c>none</c>, <c>colleagues</c> (of the sender's own mail domain) or <c>all</c>: who becomes a participant by being copied in.</summary>
    public string Copied { get; }

    public MailLimits Limits { get; }

    /// <summary>The mailboxes that mail is fetched from.</summary>
    public IReadOnlyList<MailboxSettings> Mailboxes { get; }

    /// <summary>What the door stands for that a mail came through before.</summary>
    public DoorDefaults DoorOf(MailEnvelope envelope)
        => (envelope.Source == "imap" ? Mailboxes.FirstOrDefault(mailbox => mailbox.Name == envelope.Peer)?.Door : null) ?? DoorDefaults.None;

    /// <summary>True for the desk's addresses, their plus-addresses, and the postmaster every mail domain must have.</summary>
    public bool IsOurs(string address)
    {
        var at = address.LastIndexOf('@');
        if (at <= 0)
            return address.Equals("postmaster", StringComparison.OrdinalIgnoreCase);
        var plus = address.IndexOf('+');
        var bare = plus > 0 && plus < at ? address[..plus] + address[at..] : address;
        return Addresses.Contains(bare, StringComparer.OrdinalIgnoreCase)
            || bare.Equals("postmaster@" + Desk.Domain, StringComparison.OrdinalIgnoreCase);
    }

    public bool IsWelcomeMachine(string address)
        => Machines.Any(machine => machine.StartsWith('@') ? address.EndsWith(machine, StringComparison.OrdinalIgnoreCase) : address.Equals(machine, StringComparison.OrdinalIgnoreCase));
}
