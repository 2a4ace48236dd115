// The checks of es-observable-tests that a shim for rxjs cannot pass, each with the reason. The suite
// states an early draft of the TC39 proposal; where rxjs 7 decided otherwise, so do we.

const REASONS = {
  subscribeArguments:
    'rxjs takes next, error and complete as arguments of subscribe, so its length is 3, and every one of them may be missing.',
  noValueAtComplete: 'In rxjs completion carries no value, and complete takes no argument.',
  reportedLater:
    'rxjs never lets an exception of a consumer, nor an error nobody handles, reach the producer: it is thrown later, where the window reports it.',
  class: 'The subscriber is an instance of a class here, as in rxjs; the suite wants an anonymous object.',
  falsyTeardown: 'rxjs takes any falsy value that a subscribe function returns for “no teardown”.',
  start:
    'Observers with a start method were dropped from the proposal in favour of the one that rxjs implements, which has none.',
  noStatics:
    'Streams come from query(); rxjs 7 has of and from as functions, not as static methods, and so has no use for these.',
  noResult: 'next, error and complete return nothing in rxjs, whatever the observer returns.',
  readEarly: 'As rxjs does, subscribe looks for next to tell a Subscriber from an observer.',
  thrownNextGoesOn: 'In rxjs a next that throws does not end the subscription.',
};

/** Check → why it does not apply. */
export const INAPPLICABLE = {
  'Observable.prototype.subscribe > Observable.prototype has a subscribe property > Function length is 1':
    REASONS.subscribeArguments,
  'Observable.prototype.subscribe > Argument type > Throws if observer is not an object': REASONS.subscribeArguments,
  'Observable.prototype.subscribe > Argument type > Throws if observer is not an object (2)':
    REASONS.subscribeArguments,
  'Observable.prototype.subscribe > Argument type > Throws if observer is not an object (3)':
    REASONS.subscribeArguments,
  'Observable.prototype.subscribe > Argument type > Throws if observer is not an object (4)':
    REASONS.subscribeArguments,
  'Observable.prototype.subscribe > Argument type > Throws if observer is not an object (5)':
    REASONS.subscribeArguments,
  'Observable.prototype.subscribe > Function arguments > Third argument is complete callback':
    REASONS.noValueAtComplete,
  'Observable.prototype.subscribe > Function arguments > Second and third arguments are optional':
    REASONS.reportedLater,
  "Observable.prototype.subscribe > Subscriber arguments > Subscription observer's constructor property is Object":
    REASONS.class,
  'Observable.prototype.subscribe > Subscriber return types > Non-functions cannot be returned': REASONS.falsyTeardown,
  'Observable.prototype.subscribe > Subscriber return types > Non-functions cannot be returned (2)':
    REASONS.falsyTeardown,
  'Observable.prototype.subscribe > Returns a subscription object > Contructor property is Object': REASONS.class,
  'Observable.prototype.subscribe > Exceptions thrown from the subscriber > Subscribe throws if the observer does not handle errors':
    REASONS.reportedLater,
  'Observable.prototype.subscribe > Start method > If the observer has a start method, it is called': REASONS.start,
  'Observable.prototype.subscribe > Start method > Start is called with the observer as the this value': REASONS.start,
  'Observable.prototype.subscribe > Start method > Start is called with the subscription as the first argument':
    REASONS.start,
  'Observable.prototype.subscribe > Start method > Start is called before the subscriber function is called':
    REASONS.start,
  'Observable.prototype.subscribe > Start method > If unsubscribe is called from start, the subscriber is not called':
    REASONS.start,
  'Observable.of > Observable has an of property > Property of exists on the object': REASONS.noStatics,
  "Observable.of > Uses the this value if it's a function > runs to its end": REASONS.noStatics,
  "Observable.of > Uses 'Observable' if the 'this' value is not a function > runs to its end": REASONS.noStatics,
  'Observable.of > Arguments are delivered to next > runs to its end': REASONS.noStatics,
  'Observable.from > Observable has a from property > Property from exists on the object': REASONS.noStatics,
  "Observable.from > Uses the this value if it's a function > runs to its end": REASONS.noStatics,
  "Observable.from > Uses 'Observable' if the 'this' value is not a function > runs to its end": REASONS.noStatics,
  'Observable.from > Symbol.observable method is accessed > runs to its end': REASONS.noStatics,
  'Observable.from > Return value of Symbol.observable > Throws if the return value of Symbol.observable is not an object (4)':
    REASONS.noStatics,
  'Observable.from > Return value of Symbol.observable > Throws if the return value of Symbol.observable is not an object (5)':
    REASONS.noStatics,
  'Observable.from > Return value of Symbol.observable > runs to its end': REASONS.noStatics,
  'Observable.from > Iterables: values are delivered to next > runs to its end': REASONS.noStatics,
  'SubscriptionObserver.prototype.next > Return value > Returns the value returned from the observer': REASONS.noResult,
  'SubscriptionObserver.prototype.next > Method lookup > If property is not a function, then an error is thrown':
    REASONS.reportedLater,
  'SubscriptionObserver.prototype.next > Method lookup > Method is not accessed until complete is called':
    REASONS.noResult,
  'SubscriptionObserver.prototype.next > Method lookup > Method is not accessed when subscription is closed':
    REASONS.readEarly,
  'SubscriptionObserver.prototype.next > Method lookup > Property is only accessed once during a lookup':
    REASONS.readEarly,
  'SubscriptionObserver.prototype.next > Cleanup functions > Cleanup function is called when next throws an error':
    REASONS.thrownNextGoesOn,
  'SubscriptionObserver.prototype.next > Cleanup functions > If both next and the cleanup function throw, then the error from the next method is thrown':
    REASONS.reportedLater,
  'SubscriptionObserver.prototype.error > Return value > Returns the value returned from the observer':
    REASONS.noResult,
  'SubscriptionObserver.prototype.error > Return value > Throws the input when closed': REASONS.reportedLater,
  'SubscriptionObserver.prototype.error > Method lookup > If property does not exist, then error throws the input':
    REASONS.reportedLater,
  'SubscriptionObserver.prototype.error > Method lookup > If property is undefined, then error throws the input':
    REASONS.reportedLater,
  'SubscriptionObserver.prototype.error > Method lookup > If property is null, then error throws the input':
    REASONS.reportedLater,
  'SubscriptionObserver.prototype.error > Method lookup > If property is not a function, then an error is thrown':
    REASONS.reportedLater,
  'SubscriptionObserver.prototype.error > Method lookup > Method is not accessed until error is called':
    REASONS.noResult,
  'SubscriptionObserver.prototype.error > Cleanup functions > If both error and the cleanup function throw, then the error from the error method is thrown':
    REASONS.reportedLater,
  'SubscriptionObserver.prototype.complete > SubscriptionObserver.prototype has a complete method > Function length is 1':
    REASONS.noValueAtComplete,
  'SubscriptionObserver.prototype.complete > Input value > Input value is forwarded to the observer':
    REASONS.noValueAtComplete,
  'SubscriptionObserver.prototype.complete > Return value > Returns the value returned from the observer':
    REASONS.noResult,
  'SubscriptionObserver.prototype.complete > Method lookup > If property is not a function, then an error is thrown':
    REASONS.reportedLater,
  'SubscriptionObserver.prototype.complete > Method lookup > Method is not accessed until complete is called':
    REASONS.noResult,
  'SubscriptionObserver.prototype.complete > Cleanup functions > If both complete and the cleanup function throw, then the error from the complete method is thrown':
    REASONS.reportedLater,
};
