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
        builder.Services.AddSingleton<SmtpListener>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SmtpListener>());
    }

    public static void MapMail(this IEndpointRouteBuilder app) => MailEndpoints.Map(app);
}
