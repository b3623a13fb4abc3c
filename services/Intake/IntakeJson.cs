using System.Text.Json;
using System.Text.Json.Serialization;
using Desk.Intake.Conversations;
using Desk.Intake.Import;
using Desk.Intake.People;
using Desk.Intake.Requests;
using Desk.Intake.Tickets;
using Desk.ServiceDefaults;
using Microsoft.AspNetCore.Mvc;

namespace Desk.Intake;

/// <summary>The JSON of this service's API, generated when it is built.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(RegisterTicketRequest))]
[JsonSerializable(typeof(MessageInput))]
[JsonSerializable(typeof(SplitTicketRequest))]
[JsonSerializable(typeof(ImportLine))]
[JsonSerializable(typeof(ImportAnswer))]
[JsonSerializable(typeof(NoteInput))]
[JsonSerializable(typeof(OrganisationInput))]
[JsonSerializable(typeof(TicketView))]
[JsonSerializable(typeof(Page<TicketView>))]
[JsonSerializable(typeof(TicketStatusView))]
[JsonSerializable(typeof(Clock[]))]
[JsonSerializable(typeof(MessageView))]
[JsonSerializable(typeof(Page<MessageView>))]
[JsonSerializable(typeof(Page<NoteView>))]
[JsonSerializable(typeof(Page<AttachmentView>))]
[JsonSerializable(typeof(Page<TicketAttachmentView>))]
[JsonSerializable(typeof(PersonView))]
[JsonSerializable(typeof(PersonInput))]
[JsonSerializable(typeof(Page<PersonView>))]
[JsonSerializable(typeof(Page<OrganisationView>))]
[JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class IntakeJson : JsonSerializerContext
{
    /// <summary>For what this service writes itself: the same as what endpoints answer with.</summary>
    public static IntakeJson Written { get; } = new(WrittenOptions());

    private static JsonSerializerOptions WrittenOptions()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        ServiceDefaultsExtensions.UseDeskJson(options);
        return options;
    }
}
