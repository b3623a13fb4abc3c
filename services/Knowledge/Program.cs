using Desk.Knowledge;
using Desk.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddKnowledge();

var app = builder.Build();
app.UseRequestLanguage();
app.UseExceptionHandler();
app.UseAuthentication();
app.UseAuthorization();
app.MapDefaultEndpoints();
app.MapKnowledge();
app.Run();
