using Desk.Routing.SetUp;
using Npgsql;

namespace Desk.Routing.Holders;

/// <summary>
/// Three desks for a look, in Development: the service desk works in lines with time boxes, the schools' desk without lines, the library's
/// in both ways. Written once, over the set-up that a new desk has; what a person has written is left alone.
/// </summary>
internal sealed partial class DemoDesks(IHostEnvironment environment, SetUpStore store, SetUpCache setUp, TimeProvider clock, ILogger<DemoDesks> logger) : BackgroundService
{
    private static readonly (string Kind, string Document)[] Documents =
    [
        ("teams", """
            {"items":[
              {"key":"service-desk","sv":"Servicedesk","en":"Service desk","line":"first","model":"lines","timeBox":"PT5M","timeBoxGrace":"PT30M"},
              {"key":"network","sv":"Nätverk","en":"Network","line":"second","model":"lines","escalatesTo":"experts","timeBox":"PT1H",
               "needs":[{"key":"where","sv":"Var (plats, uttag eller nätnamn)?","en":"Where (place, socket or network name)?"},{"key":"tried","sv":"Vad är provat?","en":"What has been tried?"},{"key":"since","sv":"Sedan när?","en":"Since when?","required":false}]},
              {"key":"workplace","sv":"Arbetsplats","en":"Workplace","line":"second","model":"lines","escalatesTo":"experts","timeBox":"PT1H",
               "needs":[{"key":"machine","sv":"Vilken dator eller skrivare?","en":"Which computer or printer?"}]},
              {"key":"applications","sv":"Verksamhetssystem","en":"Applications","line":"second","model":"lines","escalatesTo":"experts","timeBox":"PT1H",
               "needs":[{"key":"system","sv":"Vilket system?","en":"Which system?"},{"key":"steps","sv":"Hur återskapas felet?","en":"How is the fault reproduced?"}]},
              {"key":"experts","sv":"Experter","en":"Experts","line":"expert","model":"lines","assign":"byHand","takeBackAfter":"PT8H"},
              {"key":"school","sv":"Skolans it","en":"School IT","model":"noLines","assign":"roundRobin","sameAgent":true},
              {"key":"library","sv":"Biblioteksdesken","en":"Library desk","model":"mixed","assign":"byHand","escalatesTo":"workplace","timeBox":"PT30M","takeBackAfter":"PT4H"}
            ]}
            """),
        ("skills", """
            {"items":[
              {"key":"identity","sv":"Konton och behörighet","en":"Accounts and access","categories":["account.access"],"level":1},
              {"key":"network","sv":"Nätverk","en":"Networks","categories":["network.vpn","network.wifi"],"level":1}
            ]}
            """),
        ("shifts", """
            {"items":[
              {"key":"library-day","sv":"Biblioteksdisken","en":"Library counter","team":"library","days":["monday","tuesday","wednesday","thursday","friday"],"from":"09:00","to":"17:00","calendar":"office","agents":["anna.lind@desk.example"]},
              {"key":"school-day","sv":"Skolans dagpass","en":"School day","team":"school","days":["monday","tuesday","wednesday","thursday","friday"],"from":"07:30","to":"16:30","calendar":"office"},
              {"key":"on-call","sv":"Beredskap","en":"On call","team":"experts","days":["monday","tuesday","wednesday","thursday","friday","saturday","sunday"],"from":"17:00","to":"07:30","calendar":"office","onCall":true,"holidays":true}
            ]}
            """),
        // Checklists first: triggers may name them.
        ("checklists", """
            {"items":[
              {"key":"new-password","name":"Nytt lösenord","items":["Kontrollera vem det är","Byt lösenordet","Be personen logga in medan ni talas vid"],"categories":["account.password"]},
              {"key":"new-colleague","name":"Ny medarbetare","items":["Skapa kontot","Beställ dator","Ge behörigheter","Boka en genomgång"]}
            ]}
            """),
        // What says something to a requester by itself is off until a lead has read it.
        ("triggers", """
            {"items":[
              {"key":"remind-requester","name":"Påminn beställaren efter tre arbetsdagar","off":true,"on":{"event":"inStatus","status":"waiting","days":3},"all":[{"field":"waitingFor","is":"is","value":"requester"}],
               "do":[{"act":"tellRequester","sv":"Vi väntar på ditt svar för att komma vidare med {number}. Svara gärna på det här mejlet.","en":"We are waiting for your answer to go on with {number}. Please answer this mail."}]},
              {"key":"solve-silent","name":"Lös efter sju arbetsdagar utan svar","off":true,"on":{"event":"inStatus","status":"waiting","days":7},"all":[{"field":"waitingFor","is":"is","value":"requester"}],
               "do":[{"act":"resolve","sv":"Vi har inte hört av dig på ett tag och hoppas att allt fungerar. Svara på mejlet om det inte gör det, så öppnar vi ärendet igen.","en":"We have not heard from you for a while and hope that all is well. Answer this mail if it is not, and we open the ticket again."}]},
              {"key":"vip-late","name":"Säg till gruppledaren när en VIP väntar","on":{"event":"targetAtRisk"},"all":[{"field":"vip","is":"is","value":"true"}],
               "do":[{"act":"tellAgent","value":"lead","sv":"En VIP väntar på {number}, och ett löfte är snart försenat.","en":"A VIP is waiting for {number}, and a promise will soon be late."}]},
              {"key":"reopened-twice","name":"Anteckna att lösningen inte höll","on":{"event":"reopened"},"all":[{"field":"reopened","is":"more","value":"1"}],
               "do":[{"act":"note","sv":"Lösningen har inte hållit två gånger. Fråga vad som egentligen ska fungera innan ni löser det igen."}]}
            ]}
            """),
        ("rotations", """
            {"items":[
              {"key":"school-turns","sv":"Skolans turordning","en":"School turns","shift":"school-day","starts":"2026-01-01","agents":["bo.ek@desk.example","daniel.nyman@desk.example"]},
              {"key":"on-call-weeks","sv":"Beredskapsveckor","en":"Weeks on call","shift":"on-call","starts":"2026-01-05","agents":["cecilia.dahl@desk.example","daniel.nyman@desk.example"],"every":"week"}
            ]}
            """),
    ];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!environment.IsDevelopment())
            return;
        try
        {
            foreach (var (kind, document) in Documents)
                await store.WriteAsync(kind, document, expected: 1, "desk", clock.GetUtcNow(), stoppingToken);
            setUp.Forget();
        }
        catch (NpgsqlException failure)
        {
            LogAway(logger, failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The demo desks could not be written: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);
}
