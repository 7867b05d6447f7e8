using System.Reflection;
using Xunit.v3;

[assembly: GanKit.Tests.EachTest]

namespace GanKit.Tests;

/// <summary>
/// Before each test: libtorch has the process's number of threads, whatever the last one did; and the test's name is in the file that
/// <c>eng/test.sh</c> looks into where the process ends by a signal.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class EachTestAttribute : BeforeAfterTestAttribute
{
    private static readonly string? RunningFile = Environment.GetEnvironmentVariable("GANKIT_RUNNING_TEST");

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (RunningFile is not null)
            File.WriteAllText(RunningFile, test.TestDisplayName + '\n');
        if (torch.get_num_threads() != TestProcess.Threads)
            torch.set_num_threads(TestProcess.Threads);
    }
}
