using Desk.Intake.Mail.Imap;
using Desk.Intake.Mail.Smtp;
using Desk.Intake.Mail.Threading;

namespace Desk.Intake.Mail;

/// <summary>The mail room: its ways in and what they share.</summary>
internal static class MailSetup
{
    public static void AddMail(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<MailSettings>();
        builder.Services.AddSingleton<ThreadTokens>();
        builder.Services.AddSingleton<MailIntake>();
        builder.Services.AddSingleton<SmtpSettings>();
        foreach (var protocol in Enum.GetValues<MailProtocol>())
            builder.Services.AddSingleton<IHostedService>(services => ActivatorUtilities.CreateInstance<SmtpListener>(services, protocol));
        builder.Services.AddSingleton<AccessTokens>();
        builder.Services.AddHostedService<MailboxRounds>();
    }

    public static void MapMail(this IEndpointRouteBuilder app) => MailEndpoints.Map(app);
}
