using TwoStory.Core.Leads;
using TwoStory.Local.World;
namespace TwoStory.Local.Demo;
static class DemoLead { public static NewLead Of(Home home, int number, DateOnly today) => throw new InvalidOperationException($"{home}{number}{today}"); }
