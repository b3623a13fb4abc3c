using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Desk.Intake.Mail.Smtp;

/// <summary>How the SMTP listener listens and where it stops listening. Port 0 is off.</summary>
internal sealed class SmtpSettings
{
    public SmtpSettings(IConfiguration configuration, MailSettings mail)
    {
        Port = Number("Desk:SmtpPort", 0);
        Addresses = (configuration["Desk:SmtpBind"] ?? "localhost") switch
        {
            "localhost" => [IPAddress.Loopback, IPAddress.IPv6Loopback],
            "*" => [IPAddress.IPv6Any],
            var listed => [.. listed.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)],
        };
        Name = mail.Desk.Domain;
        LargestMail = mail.Limits.Bytes;
        MostConnections = Number("Desk:SmtpConnections", 200);
        MostConnectionsFromOne = Number("Desk:SmtpConnectionsFromOne", 50);
        CommandTime = TimeSpan.FromSeconds(Number("Desk:SmtpCommandSeconds", 60));
        DataTime = TimeSpan.FromSeconds(Number("Desk:SmtpDataSeconds", 600));
        Memory = Number("Desk:SmtpMemoryMegabytes", 150) * 1024L * 1024L;
        if (configuration["Desk:SmtpCertificate"] is { Length: > 0 } certificate)
            Certificate = X509Certificate2.CreateFromPemFile(certificate, configuration["Desk:SmtpCertificateKey"] is { Length: > 0 } key ? key : certificate);

        int Number(string key, int usual) => int.TryParse(configuration[key], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : usual;
    }

    public int Port { get; }

    public IReadOnlyList<IPAddress> Addresses { get; }

    public string Name { get; }

    public int LargestMail { get; }

    public int MostConnections { get; }

    public int MostConnectionsFromOne { get; }

    /// <summary>For one command, from its first byte to its last, and for silence.</summary>
    public TimeSpan CommandTime { get; }

    /// <summary>For one mail.</summary>
    public TimeSpan DataTime { get; }

    /// <summary>Bytes of mail on the way in, all connections together; beyond it new mail waits at its sender (452).</summary>
    public long Memory { get; }

    /// <summary>STARTTLS is offered when there is one.</summary>
    public X509Certificate2? Certificate { get; }
}
