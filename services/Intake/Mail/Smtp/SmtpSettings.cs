using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Desk.Intake.Mail.Smtp;

/// <summary>LMTP is SMTP for a mail server in front: it says LHLO, and hears of each recipient what became of the mail.</summary>
internal enum MailProtocol { Smtp, Lmtp }

/// <summary>How the listeners for SMTP and LMTP listen and where they stop listening. Port 0 is off.</summary>
internal sealed class SmtpSettings
{
    private readonly (int Port, IReadOnlyList<IPAddress> Addresses) _smtp, _lmtp;

    public SmtpSettings(IConfiguration configuration, MailSettings mail)
    {
        _smtp = (Number("Desk:SmtpPort", 0), Bind("Desk:SmtpBind"));
        _lmtp = (Number("Desk:LmtpPort", 0), Bind("Desk:LmtpBind"));
        if (_lmtp.Port == 25)
            throw new InvalidOperationException("Desk:LmtpPort may not be 25 (RFC 2033): what comes there speaks SMTP.");
        Name = mail.Desk.Domain;
        LargestMail = mail.Limits.Bytes;
        MostConnections = Number("Desk:SmtpConnections", 200);
        MostConnectionsFromOne = Number("Desk:SmtpConnectionsFromOne", 50);
        MailsPerMinute = Number("Desk:SmtpMailsPerMinute", 1000);
        MailsPerMinuteFromHere = Number("Desk:SmtpMailsPerMinute", int.MaxValue);
        CommandTime = TimeSpan.FromSeconds(Number("Desk:SmtpCommandSeconds", 60));
        DataTime = TimeSpan.FromSeconds(Number("Desk:SmtpDataSeconds", 600));
        Memory = Number("Desk:SmtpMemoryMegabytes", 150) * 1024L * 1024L;
        if (configuration["Desk:SmtpCertificate"] is { Length: > 0 } certificate)
            Certificate = X509Certificate2.CreateFromPemFile(certificate, configuration["Desk:SmtpCertificateKey"] is { Length: > 0 } key ? key : certificate);

        IReadOnlyList<IPAddress> Bind(string key) => (configuration[key] ?? "localhost") switch
        {
            "localhost" => [IPAddress.Loopback, IPAddress.IPv6Loopback],
            "*" => [IPAddress.IPv6Any],
            var listed => [.. listed.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)],
        };

        int Number(string key, int usual) => int.TryParse(configuration[key], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : usual;
    }

    public (int Port, IReadOnlyList<IPAddress> Addresses) Of(MailProtocol protocol) => protocol switch
    {
        MailProtocol.Smtp => _smtp,
        MailProtocol.Lmtp => _lmtp,
    };

    public string Name { get; }

    public int LargestMail { get; }

    public int MostConnections { get; }

    public int MostConnectionsFromOne { get; }

    public int MailsPerMinute { get; }

    /// <summary>The same for this machine, which is not limited unless a limit is set: what sends from here is the desk's own mail server.</summary>
    public int MailsPerMinuteFromHere { get; }

    /// <summary>For one command, from its first byte to its last, and for silence.</summary>
    public TimeSpan CommandTime { get; }

    /// <summary>For one mail.</summary>
    public TimeSpan DataTime { get; }

    /// <summary>Bytes of mail on the way in, all connections together; beyond it new mail waits at its sender (452).</summary>
    public long Memory { get; }

    /// <summary>STARTTLS is offered when there is one.</summary>
    public X509Certificate2? Certificate { get; }
}
