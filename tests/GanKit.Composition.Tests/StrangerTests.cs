using System.Reflection;
using System.Runtime.CompilerServices;

namespace Composition;

/// <summary>What makes the other tests of this assembly worth something: GanKit treats it as any user's.</summary>
public class StrangerTests
{
    [Fact]
    public void GanKit_OpensItsInternals_ToOtherAssembliesThanThisOne() => Assert.DoesNotContain(
        typeof(StrangerTests).Assembly.GetName().Name,
        typeof(Batch).Assembly.GetCustomAttributes<InternalsVisibleToAttribute>().Select(friend => friend.AssemblyName));
}
