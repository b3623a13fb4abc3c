using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Desk.Intake.Tickets;

namespace Desk.Intake.Mail.Imap;

/// <summary>Implicit: TLS from the first byte. StartTls: asked for before anything else. None: only to this machine.</summary>
internal enum MailboxTls { Implicit, StartTls, None }

/// <summary>What becomes of a mail in its mailbox when the desk has stored it.</summary>
internal enum AfterTaking { Seen, Move, Delete }

/// <summary>Where to get an access token: the client credentials grant of RFC 6749, 4.4.</summary>
internal sealed class OAuthClient
{
    public required Uri TokenUrl { get; init; }

    public required string ClientId { get; init; }

    public required string ClientSecret { get; init; }

    public string? Scope { get; init; }
}

/// <summary>A mailbox that mail is fetched from: <c>Desk:Mailboxes:0:Host</c> and so on; README.md beside this file says what each means. No record: it holds secrets, and must not print.</summary>
internal sealed class MailboxSettings
{
    /// <summary>What its state is kept under, whatever the order of the settings.</summary>
    public required string Name { get; init; }

    public required string Host { get; init; }

    public required int Port { get; init; }

    public required MailboxTls Tls { get; init; }

    /// <summary>Believed besides those the system believes: the server's own certificate, or the authority of the house.</summary>
    public X509Certificate2? Trust { get; init; }

    public required string User { get; init; }

    public string? Password { get; init; }

    public OAuthClient? OAuth { get; init; }

    public required string Folder { get; init; }

    public required string Address { get; init; }

    public required AfterTaking After { get; init; }

    public required string MoveTo { get; init; }

    /// <summary>Mails that came before this day are left alone.</summary>
    public DateOnly? Since { get; init; }

    /// <summary>How long to wait between looks where the server offers no IDLE.</summary>
    public required TimeSpan Pause { get; init; }

    public required DoorDefaults Door { get; init; }

    public bool IsLocal => Host is "localhost" or "127.0.0.1" or "::1";

    /// <exception cref="InvalidOperationException">A setting is missing or means nothing; better no start than a mailbox that nobody reads.</exception>
    public static IReadOnlyList<MailboxSettings> Read(IConfiguration configuration)
    {
        var mailboxes = configuration.GetSection("Desk:Mailboxes").GetChildren().Select(ReadOne).ToList();
        return mailboxes.GroupBy(mailbox => mailbox.Name).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw new InvalidOperationException($"Desk:Mailboxes names '{twice.Key}' twice; give each a Name of its own.")
            : mailboxes;
    }

    private static MailboxSettings ReadOne(IConfigurationSection section)
    {
        var tls = Choice("Tls", MailboxTls.Implicit);
        var (host, user) = (Required("Host"), Required("User"));
        var folder = section["Folder"] ?? "INBOX";
        var mailbox = new MailboxSettings
        {
            Name = section["Name"] ?? $"{user} {folder} at {host}",
            Host = host,
            Port = Number("Port", tls == MailboxTls.Implicit ? 993 : 143),
            Tls = tls,
            Trust = section["TlsTrust"] is { Length: > 0 } trust ? X509Certificate2.CreateFromPem(File.ReadAllText(trust)) : null,
            User = user,
            Password = section["Password"],
            OAuth = section["TokenUrl"] is { Length: > 0 } url
                ? new OAuthClient
                {
                    TokenUrl = Uri.TryCreate(url, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.IsLoopback)
                        ? address : throw Wrong("TokenUrl", "is an https address"),
                    ClientId = Required("ClientId"),
                    ClientSecret = Required("ClientSecret"),
                    Scope = section["Scope"],
                }
                : null,
            Folder = folder,
            Address = section["Address"] ?? (user.Contains('@') ? user : throw Wrong("Address", "is needed where User is no address")),
            After = Choice("After", AfterTaking.Seen),
            MoveTo = section["MoveTo"] ?? "Desk",
            Since = section["Since"] is { Length: > 0 } since
                ? DateOnly.TryParseExact(since, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : throw Wrong("Since", "is a day such as 2026-11-22")
                : null,
            Pause = TimeSpan.FromSeconds(Math.Max(1, Number("PauseSeconds", 60))),
            Door = new DoorDefaults(section["Team"], section["Language"] switch
            {
                null or "" => null,
                "sv" or "en" => section["Language"],
                _ => throw Wrong("Language", "is sv or en"),
            }, section["Agreement"]),
        };
        if (mailbox.Password is null && mailbox.OAuth is null)
            throw Wrong("Password", "or TokenUrl is needed");
        if (mailbox.Tls == MailboxTls.None && !mailbox.IsLocal)
            throw Wrong("Tls", "may be none only for a server on this machine");
        return mailbox;

        string Required(string key) => section[key] is { Length: > 0 } value ? value : throw Wrong(key, "is missing");

        int Number(string key, int usual) => section[key] is not { Length: > 0 } text ? usual
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong(key, "is a number");

        T Choice<T>(string key, T usual) where T : struct, Enum => section[key] is not { Length: > 0 } text ? usual
            : Enum.TryParse<T>(text, ignoreCase: true, out var choice) && Enum.IsDefined(choice) ? choice
            : throw Wrong(key, $"is one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}");

        InvalidOperationException Wrong(string key, string what) => new($"{section.Path}:{key} {what}.");
    }
}
